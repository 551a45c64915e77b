package dev.asterism.cert.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.enrol.EnrolToken;
import dev.asterism.overlay.io.RandomSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two issuers that share a PostgreSQL, of which one is killed while it works. */
class TwoIssuersIT {

    private static final int HOSTS = 100;
    private static final int TOKENS = 24;

    @TempDir private Path folder;
    private PostgresServer postgres;
    private Map<String, String> environment;
    private Path one;
    private Path two;
    private Random chance;
    private RandomSource random;

    @BeforeEach
    void open() throws Exception {
        postgres = new PostgresServer();
        environment = Map.of("ASTERISM_DATABASE", postgres.url());
        long seed = Long.getLong("asterism.enrol.seed", System.nanoTime());
        System.out.println("-Dasterism.enrol.seed=" + seed);
        chance = new Random(seed);
        random = new Random(seed + 1)::nextBytes;
        one = Files.createDirectory(folder.resolve("one"));
        two = Files.createDirectory(folder.resolve("two"));
        ServeProcess.run(one, Map.of(), "ca", "-name", "pair", "-duration", "10h");
        for (String file : List.of("ca.crt", "ca.key")) {
            Files.copy(one.resolve(file), two.resolve(file));
        }
        // Makes the certificate that both show.
        invited("first");
        Files.createDirectory(two.resolve("enrolment"));
        Files.copy(
                one.resolve("enrolment").resolve(ServerIdentity.FILE),
                two.resolve("enrolment").resolve(ServerIdentity.FILE));
    }

    @AfterEach
    void close() throws Exception {
        if (postgres != null) {
            postgres.close();
        }
    }

    private EnrolToken invited(String name) throws Exception {
        return EnrolToken.decode(
                ServeProcess.run(
                        one,
                        environment,
                        "invite",
                        "-name",
                        name,
                        "-networks",
                        "10.42.1.1/16",
                        "-url",
                        "https://127.0.0.1:1"));
    }

    private int count(String table) throws Exception {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void oneTokenWorksOnceAtBoth() throws Exception {
        try (ServeProcess first = new ServeProcess(one, environment);
                ServeProcess second = new ServeProcess(two, environment)) {
            Contest contest = new Contest(Collections.nCopies(HOSTS, invited("laptop")), random);

            List<String> got =
                    contest.run(
                            List.of(first.address(), second.address()),
                            chance.nextInt(HOSTS),
                            first::kill);

            assertThat(got.stream().filter(pem -> !pem.isEmpty())).hasSize(1);
            assertThat(count("issued")).isEqualTo(1);
        }
    }

    @Test
    void nothingIsLostOrDoubledWhenOneIsKilled() throws Exception {
        try (ServeProcess first = new ServeProcess(one, environment);
                ServeProcess second = new ServeProcess(two, environment)) {
            List<EnrolToken> tokens = new ArrayList<>();
            for (int i = 0; i < TOKENS; i++) {
                tokens.add(invited("host-" + i));
            }
            Contest contest = new Contest(tokens, random);

            List<String> got =
                    contest.run(
                            List.of(first.address(), second.address()),
                            chance.nextInt(TOKENS),
                            first::kill);

            for (int i = 0; i < TOKENS; i++) {
                Certificate certificate = CertificatePem.readFirst(got.get(i));
                assertThat(certificate.name()).isEqualTo("host-" + i);
                assertThat(certificate.publicKey()).isEqualTo(contest.contender(i).publicKey());
                assertThat(count("issued WHERE fingerprint = '" + certificate.fingerprint() + "'"))
                        .isEqualTo(1);
            }
            assertThat(count("issued")).isEqualTo(TOKENS);
            assertThat(count("enrolment_state WHERE consumed = " + TOKENS)).isEqualTo(1);
        }
    }

    @Test
    void aDatabaseThatWasPutBackConsumesNoTokenTwice() throws Exception {
        EnrolToken token = invited("laptop");
        Contest contest = new Contest(List.of(token, token), random);
        try (ServeProcess first = new ServeProcess(one, environment)) {
            List<String> got = contest.run(List.of(first.address()), 0, () -> {});
            assertThat(got.stream().filter(pem -> !pem.isEmpty())).hasSize(1);
            try (Connection connection = postgres.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("DELETE FROM issued");
                statement.execute("UPDATE invitation SET used_at = NULL, used_key = NULL");
                statement.execute("UPDATE enrolment_state SET consumed = 0");
            }

            List<String> after =
                    new Contest(List.of(token), random).run(List.of(first.address()), 0, () -> {});

            assertThat(after).containsExactly("");
        }
    }
}
