package dev.asterism.lighthouse.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.lighthouse.services.ServiceMessage.Ask;
import dev.asterism.lighthouse.services.ServiceMessage.Known;
import dev.asterism.lighthouse.services.ServiceMessage.Offer;
import dev.asterism.lighthouse.testing.TestNode;
import dev.asterism.overlay.discovery.CertifiedHost;
import dev.asterism.overlay.discovery.OfferedService;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What hosts say in any order: the table stays in its bounds and in accord with itself. */
class ServiceServerFuzzTest {

    private static final List<String> NAMES = List.of("shop", "web", "db", "pay");

    static Stream<FuzzTarget> targets() {
        FuzzTarget target = FuzzTarget.of("service-server", ServiceServerFuzzTest::check);
        target.seed(new byte[] {0, 0, 1, 3, 1, 0, 0, 1, 2, 9, 0, 1, 2, 0, 3, 30});
        target.seed(new byte[] {0, 1, 5, 15, 3, 3, 1, 1, 0, 4, 1, 0, 3, 120});
        return Stream.of(target);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    private static CertifiedHost host(int number) {
        List<String> groups = NAMES.subList(0, number % (NAMES.size() + 1));
        return new CertifiedHost(Ip.of("10.42.0." + (1 + number % 8)), "h" + number % 8, groups);
    }

    private static Offer offer(int sequence, int bits) {
        List<OfferedService> services = new ArrayList<>();
        for (int i = 0; i < NAMES.size(); i++) {
            if ((bits & 1 << i) != 0) {
                services.add(new OfferedService(NAMES.get(i), "", 80, 1, (bits & 16) == 0));
            }
        }
        return new Offer(sequence, services);
    }

    private static String check(byte[] input) {
        List<ServiceMessage> told = new ArrayList<>();
        ServiceCounters counters = new ServiceCounters();
        ServiceServer server =
                new ServiceServer(counters, _ -> {}, (_, message, _) -> told.add(message), 0);
        ByteBuffer in = ByteBuffer.wrap(input);
        double seconds = 0;
        while (in.remaining() >= 4) {
            int kind = in.get() & 3;
            CertifiedHost host = host(in.get() & 0xFF);
            int number = in.get() & 0xFF;
            int bits = in.get() & 0xFF;
            seconds += kind == 3 ? bits : 0.2;
            switch (kind) {
                case 0 -> server.onOffer(host, offer(number, bits), TestNode.at(seconds));
                case 1 ->
                        server.onAsk(
                                host.address(),
                                new Ask(
                                        bits > 128,
                                        List.of(new Known(NAMES.get(bits % 4), number))),
                                TestNode.at(seconds));
                case 2 -> server.sessionMade(host, TestNode.at(seconds));
                default -> {}
            }
            server.onTimer(TestNode.at(seconds));
            assertSound(server.book());
        }
        for (ServiceMessage message : told) {
            Bytes bytes = Bytes.owning(message.encode());
            assertThat(ServiceMessage.decode(bytes)).isEqualTo(message);
        }
        server.onTimer(TestNode.at(seconds + 31));
        server.onTimer(TestNode.at(seconds + 62));
        assertThat(server.book().isEmpty()).isTrue();
        assertThat(server.subscribers().isEmpty()).isTrue();
        boolean refused = counters.copy().refused(Refusal.NOT_IN_GROUPS) > 0;
        return Math.min(8, told.size()) + (refused ? " refused" : "");
    }

    private static void assertSound(ServiceBook book) {
        int entries = 0;
        for (String name : book.names()) {
            ServiceSet set = book.set(name);
            assertThat(set.entries()).isNotEmpty();
            assertThat(ServiceSet.of(set.list()).digest()).isEqualTo(set.digest());
            entries += set.entries().size();
        }
        assertThat(book.entries()).isEqualTo(entries);
        assertThat(book.hosts()).isLessThanOrEqualTo(8);
    }
}
