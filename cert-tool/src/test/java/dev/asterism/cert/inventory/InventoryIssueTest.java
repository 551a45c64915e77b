package dev.asterism.cert.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.cert.issue.HostGrant;
import dev.asterism.cert.issue.InOrder;
import dev.asterism.cert.issue.IssuingAuthority;
import dev.asterism.cert.issue.VersionChoice;
import dev.asterism.cert.record.IssueRecord;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.SigningKey;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoryIssueTest {

    private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");

    @TempDir private Path folder;

    private final Random random = new Random(6);
    private final Queue<KeyPair> made = new ConcurrentLinkedQueue<>();

    @Test
    void keepsNoKeyInMemoryOnceItHasEnded() throws Exception {
        Path hosts = Files.createDirectory(folder.resolve("hosts"));

        run(hosts, plan("a", "10.42.0.2/16"), plan("b", "10.42.0.3/16"));

        assertAllDestroyed(2);
    }

    @Test
    void keepsNoKeyInMemoryWhenItsFileCannotBeWritten() {
        assertThatThrownBy(() -> run(folder.resolve("missing"), plan("a", "10.42.0.2/16")))
                .isInstanceOf(ExecutionException.class);

        assertAllDestroyed(1);
    }

    @Test
    void keepsNoKeyInMemoryWhenOneHostCannotBeSigned() {
        assertThatThrownBy(() -> run(folder, plan("a", "10.42.0.2/16"), plan("b", "10.99.0.3/16")))
                .isInstanceOf(ExecutionException.class);

        assertAllDestroyed(2);
    }

    private void assertAllDestroyed(int count) {
        assertThat(made)
                .hasSize(count)
                .allSatisfy(key -> assertThat(key.copyPrivateKey()).containsOnly(0));
    }

    private void run(Path hosts, HostPlan.Issue... plans) throws Exception {
        SigningKey key = SigningKey.generate(Curve.CURVE25519, random::nextBytes);
        Certificate ca =
                Signer.selfSigned(
                        new Subject(
                                "root",
                                List.of(Cidr.of("10.42.0.0/16")),
                                List.of(),
                                List.of(),
                                NOW.getEpochSecond(),
                                NOW.plus(Duration.ofDays(9)).getEpochSecond()),
                        key);
        try (IssueRecord record = IssueRecord.open(folder.resolve("r.jsonl"), ca, NOW);
                InOrder threads = new InOrder()) {
            new InventoryIssue(
                            new IssuingAuthority(new Signer(ca, key), record),
                            hosts,
                            this::newKey,
                            NOW)
                    .run(List.of(plans), threads, "test", (_, _) -> {});
        }
    }

    private KeyPair newKey() {
        KeyPair key = Dh.x25519().generate(random::nextBytes);
        made.add(key);
        return key;
    }

    private static HostPlan.Issue plan(String name, String network) {
        List<Cidr> networks = List.of(Cidr.of(network));
        HostGrant grant =
                new HostGrant(name, networks, List.of(), List.of(), VersionChoice.V1, null);
        InventoryHost host =
                new InventoryHost(
                        name,
                        networks,
                        List.of(),
                        List.of(),
                        null,
                        VersionChoice.V1,
                        null,
                        "",
                        1,
                        1);
        return new HostPlan.Issue(host, grant, "new", null, false);
    }
}
