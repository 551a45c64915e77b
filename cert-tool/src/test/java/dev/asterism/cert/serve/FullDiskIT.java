package dev.asterism.cert.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.asterism.cert.issue.HostGrant;
import dev.asterism.cert.issue.VersionChoice;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.enrol.EnrolRequest;
import dev.asterism.overlay.enrol.EnrolToken;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The audit log alone on a real file system of 64 KiB, in a mount namespace that ends with the server: what is on it is
 * whole, what is not on it was not issued, and it goes on when there is room.
 */
@Timeout(120)
class FullDiskIT {

    /** In the folder of the CA; the rest of the command line is executed. */
    private static final String ON_ITS_OWN_DISK =
            "mount -t tmpfs -o size=64k,mode=700 none disk && touch disk/audit.log enrolment/audit.log"
                    + " && mount --bind disk/audit.log enrolment/audit.log && exec \"$@\"";

    private static final int MOST_HOSTS = 40;
    private static final int MOST_ATTEMPTS = 8;

    @TempDir private Path folder;
    private final RandomSource random = new Random()::nextBytes;
    private int hosts;

    @Test
    void whatDoesNotFitIsNotIssuedAndNothingElseIsLost() throws Exception {
        requireNamespaces();
        ServeProcess.run(folder, Map.of(), "ca", "-name", "full", "-duration", "10h");
        Files.createDirectories(folder.resolve("disk"));
        Files.createDirectories(folder.resolve("enrolment"));
        List<String> apart =
                List.of(
                        "unshare",
                        "--mount",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        ON_ITS_OWN_DISK,
                        "sh");
        try (ServeProcess server =
                new ServeProcess(folder, Map.of(), List.of("-rate", "10000"), apart)) {
            Path disk = inside(server, "disk");
            assertThat(ask(server, invited())).isEqualTo(200);
            fill(disk.resolve("filler"));

            int issued = 1;
            EnrolRequest.Grant token = invited();
            int status = ask(server, token);
            while (status == 200 && hosts < MOST_HOSTS) {
                issued++;
                token = invited();
                status = ask(server, token);
            }

            assertThat(status).as("when the last page is full").isEqualTo(503);
            assertThat(ask(server, token)).isEqualTo(503);
            assertThat(enrolled(disk)).as("whole lines").hasSize(issued);
            assertThat(recorded()).as("in the record of the CA").isEqualTo(issued);
            assertThat(server.said())
                    .containsOnlyOnce("cannot write the audit log")
                    .contains("No space left");

            Files.delete(disk.resolve("filler"));

            assertThat(ask(server, token)).as("the token is open for any key").isEqualTo(200);
            assertThat(enrolled(disk)).hasSize(issued + 1);
            assertThat(recorded()).isEqualTo(issued + 1);
            assertThat(server.said()).contains("the audit log can be written again");
        }
    }

    private static void requireNamespaces() throws InterruptedException {
        try {
            Process process = new ProcessBuilder("unshare", "--mount", "true").start();
            Assumptions.assumeTrue(process.waitFor() == 0, "NOT RUN: it takes root");
        } catch (IOException e) {
            Assumptions.abort("NOT RUN: no unshare; install util-linux");
        }
    }

    /** As the server sees it. */
    private Path inside(ServeProcess server, String name) {
        return Path.of("/proc/" + server.pid() + "/root" + folder.resolve(name));
    }

    private static void fill(Path filler) throws IOException {
        try (OutputStream out = Files.newOutputStream(filler)) {
            for (int i = 0; i < 32; i++) {
                out.write(new byte[4096]);
            }
            throw new AssertionError("the disk of 64 KiB took 128 KiB");
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    /** As {@code invite} does it, with no process of its own. */
    private EnrolRequest.Grant.Invited invited() throws Exception {
        EnrolRequest.Grant.Invited token =
                new EnrolRequest.Grant.Invited(
                        Bytes.owning(random.bytes(EnrolToken.ID_BYTES)),
                        Bytes.owning(random.bytes(EnrolToken.SECRET_BYTES)));
        HostGrant host =
                new HostGrant(
                        "host-" + hosts++,
                        List.of(Cidr.of("10.42.1.1/16")),
                        List.of(),
                        List.of(),
                        VersionChoice.V2,
                        Duration.ofHours(1));
        long now = Instant.now().getEpochSecond();
        EnrolmentState.open(folder.resolve("enrolment"), "", random)
                .invite(
                        new Invitation(
                                token.id(), Fingerprint.of(token.secret()), host, now, now + 600));
        return token;
    }

    /** With a new key each time; a machine that is busy may end a connection before it is answered. */
    private int ask(ServeProcess server, EnrolRequest.Grant token) throws Exception {
        KeyPair keys = Dh.x25519().generate(random);
        EnrolRequest request = EnrolRequest.by(keys, token, Instant.now(), random);
        int status = 0;
        for (int i = 0; status == 0 && i < MOST_ATTEMPTS; i++) {
            status = new RawHttps(server.address()).post(request.fields().encode()).status();
        }
        return status;
    }

    private static List<String> enrolled(Path disk) throws IOException {
        List<String> events = new ArrayList<>();
        for (String line : Files.readAllLines(disk.resolve("audit.log"))) {
            events.add(new ObjectMapper().readTree(line).get("event").textValue());
        }
        return events.stream().filter("enrolled"::equals).toList();
    }

    private long recorded() throws IOException {
        return Files.readAllLines(folder.resolve("ca.issued.jsonl")).stream()
                .filter(line -> line.contains("\"kind\":\"issued\""))
                .count();
    }
}
