package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nodes with different libraries understand each other, and say which one they have. */
@Execution(ExecutionMode.CONCURRENT)
class CipherProvidersIT {

    private static final int MEGABYTES = 16;

    record Case(String cipher, OursSealing a, OursSealing b) {

        @Override
        public String toString() {
            return "%s: %s to %s".formatted(cipher, a.provider(), b.provider());
        }
    }

    static Stream<Case> cases() {
        List<OursSealing> all =
                Stream.of("ipsec-mb", "openssl", "jdk").map(OursSealing::new).toList();
        List<Case> cases = new ArrayList<>();
        for (String cipher : List.of("aes", "chachapoly")) {
            for (int i = 0; i < all.size(); i++) {
                cases.add(new Case(cipher, all.get(i), all.get((i + 1) % all.size())));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void carriesTcpBetweenDifferentLibraries(Case wanted) {
        NamespaceMesh.Plan plan =
                NamespaceMesh.Plan.of(Ours.AGENT, Ours.AGENT, wanted.a(), wanted.b())
                        .with(wanted.cipher(), NamespaceMesh.Order.A_LOWER);
        try (NamespaceMesh mesh = new NamespaceMesh(plan)) {
            mesh.start();
            mesh.check(
                    () -> {
                        for (NamespaceNode node : List.of(mesh.a(), mesh.b())) {
                            String by = ((OursSealing) node.product()).provider();
                            assertThat(node.daemon().log())
                                    .containsOnlyOnce("Cipher provider chosen")
                                    .contains("provider=" + by);
                        }
                        carries(mesh.a(), mesh.b());
                        carries(mesh.b(), mesh.a());
                    });
        }
    }

    private static void carries(NamespaceNode from, NamespaceNode to) {
        TcpTransfer transfer = TcpTransfer.of(from, to, MEGABYTES);
        assertThat(transfer.received()).as("SHA-256 of what arrived").isEqualTo(transfer.sent());
    }
}
