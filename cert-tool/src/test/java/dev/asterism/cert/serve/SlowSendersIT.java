package dev.asterism.cert.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.enrol.EnrolToken;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Strangers who keep memory and connections busy, against the heap and the rates that {@code serve} has by itself. */
@Timeout(180)
class SlowSendersIT {

    private static final int STRANGERS = 400;
    private static final int HOSTS = 2;
    private static final int SLOW_ENOUGH = 60;
    private static final long POLL_NANOS = 50_000_000;

    @TempDir private Path folder;

    @Test
    void anHonestHostGetsItsCertificateAndTheServerStaysUp() throws Exception {
        ServeProcess.run(folder, Map.of(), "ca", "-name", "slow", "-duration", "10h");
        try (ServeProcess server = new ServeProcess(folder, Map.of(), List.of(), List.of())) {
            List<EnrolToken> tokens = new ArrayList<>();
            for (int i = 0; i < HOSTS; i++) {
                tokens.add(invited(i));
            }
            try (SlowSenders strangers = new SlowSenders(server.address(), STRANGERS)) {
                while (strangers.slow() < SLOW_ENOUGH || strangers.begun() < STRANGERS / 2) {
                    assertThat(server.isAlive()).as("the server").isTrue();
                    LockSupport.parkNanos(POLL_NANOS);
                }
                for (EnrolToken token : tokens) {
                    long start = System.nanoTime();
                    AtomicInteger attempts = new AtomicInteger();
                    String pem =
                            new Contender(token, new Random(1)::nextBytes)
                                    .ask(List.of(server.address()), 0, attempts);
                    assertThat(CertificatePem.readFirst(pem).name()).startsWith("host-");
                    System.out.printf(
                            "%d attempts, %d ms, %d slow, %d begun%n",
                            attempts.get(),
                            Duration.ofNanos(System.nanoTime() - start).toMillis(),
                            strangers.slow(),
                            strangers.begun());
                }
            }
            assertThat(server.isAlive()).as("the server").isTrue();
            System.out.println(
                    Files.readAllLines(Path.of("/proc/" + server.pid() + "/status")).stream()
                            .filter(line -> line.matches("(VmHWM|Threads).*"))
                            .toList());
        }
    }

    private EnrolToken invited(int number) throws Exception {
        return EnrolToken.decode(
                ServeProcess.run(
                        folder,
                        Map.of(),
                        "invite",
                        "-name",
                        "host-" + number,
                        "-networks",
                        "10.42.1.1/16"));
    }
}
