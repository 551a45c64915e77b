package dev.asterism.cert.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.enrol.EnrolToken;
import dev.asterism.overlay.io.RandomSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One token, 200 hosts at once, and a server that is killed meanwhile: exactly one host gets a certificate. */
class TokenRaceIT {

    private static final int HOSTS = 200;
    private static final int ROUNDS = Integer.getInteger("asterism.enrol.rounds", 3);

    @TempDir private Path folder;

    @Test
    void exactlyOneHostWinsWhateverIsKilled() throws Exception {
        long seed = Long.getLong("asterism.enrol.seed", System.nanoTime());
        System.out.println("-Dasterism.enrol.seed=" + seed);
        Random chance = new Random(seed);
        RandomSource random = new Random(seed + 1)::nextBytes;
        ServeProcess.run(folder, Map.of(), "ca", "-name", "race", "-duration", "10h");
        try (ServeProcess server = new ServeProcess(folder, Map.of())) {
            for (int round = 0; round < ROUNDS; round++) {
                EnrolToken token = invited(round);
                Contest contest = new Contest(Collections.nCopies(HOSTS, token), random);

                List<String> got =
                        contest.run(
                                List.of(server.address()),
                                1 + chance.nextInt(HOSTS),
                                () -> {
                                    server.kill();
                                    server.startAgain();
                                });

                List<String> winners = got.stream().filter(pem -> !pem.isEmpty()).toList();
                assertThat(winners).as("round %d", round).hasSize(1);
                Contender winner = contest.contender(got.indexOf(winners.getFirst()));
                assertThat(CertificatePem.readFirst(winners.getFirst()).publicKey())
                        .isEqualTo(winner.publicKey());
                assertThat(issuedFor(token)).as("round %d", round).isEqualTo(1);
            }
        }
    }

    private EnrolToken invited(int round) throws Exception {
        return EnrolToken.decode(
                ServeProcess.run(
                        folder,
                        Map.of(),
                        "invite",
                        "-name",
                        "host-" + round,
                        "-networks",
                        "10.42.1.1/16"));
    }

    private int issuedFor(EnrolToken token) throws SQLException {
        Path database = folder.resolve("enrolment").resolve("enrolment.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT COUNT(*) FROM issued WHERE invitation = '"
                                        + token.id().hex()
                                        + "'")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
