package dev.asterism.cert.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.cert.file.HeldLock;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.SigningKey;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IssueRecordTest {

    private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");
    private static final Random RANDOM = new Random(5);
    private static final SigningKey KEY = SigningKey.generate(Curve.P256, RANDOM::nextBytes);
    private static final Certificate CA = selfSigned("root");
    private static final Certificate WEB = host("web1");
    private static final Certificate DB = host("db\"1\\\u2028ü");

    @TempDir Path folder;

    @Test
    void saysAfterwardsWhatWasWritten() throws IOException {
        try (IssueRecord record = open()) {
            record.appendIssued(List.of(WEB, DB), "issue", NOW);
            record.appendRevoked(List.of(WEB), "stolen", NOW.plusSeconds(1));
        }
        try (IssueRecord again = open()) {
            RecordHistory history = again.read();
            assertThat(history.entries())
                    .containsExactly(
                            new RecordEntry.Opened(NOW, CA.fingerprint()),
                            new RecordEntry.Issued(NOW, "issue", WEB),
                            new RecordEntry.Issued(NOW, "issue", DB),
                            new RecordEntry.Revoked(
                                    NOW.plusSeconds(1),
                                    "web1",
                                    WEB.notAfter(),
                                    WEB.fingerprint(),
                                    WEB.alternateFingerprint(),
                                    WEB.publicKey().hex(),
                                    "stolen"));
            assertThat(history.aliveAt(NOW)).containsExactly(DB);
            assertThat(history.aliveAt(DB.notAfter().plusSeconds(1))).isEmpty();
        }
        assertThat(Files.readString(file())).isASCII();
        assertThat(Files.readAllLines(file())).hasSize(4).allMatch(line -> line.endsWith("\"}"));
    }

    @Test
    void namesTheFirstLineThatWasChanged() throws IOException {
        List<String> lines = written();
        // Nothing follows the last line, so its change only shows against a head that somebody
        // kept.
        for (int line = 0; line < lines.size() - 1; line++) {
            for (String field : List.of("time", "name", "fingerprint")) {
                List<String> changed = new ArrayList<>(lines);
                String old = changed.get(line);
                int at = old.indexOf("\"" + field + "\":\"") + field.length() + 5;
                char other = old.charAt(at) == '1' ? '2' : '1';
                changed.set(line, old.substring(0, at) + other + old.substring(at + 1));

                assertBroken(changed, line + 1);
            }
        }
    }

    @Test
    void namesTheFirstLineThatIsMissingOrInAnotherPlace() throws IOException {
        List<String> lines = written();
        for (int line = 0; line < lines.size() - 1; line++) {
            List<String> fewer = new ArrayList<>(lines);
            fewer.remove(line);
            assertBroken(fewer, line + 1);
            List<String> twice = new ArrayList<>(lines);
            twice.add(line, lines.get(line));
            assertBroken(twice, line + 2);
            List<String> swapped = new ArrayList<>(lines);
            Collections.swap(swapped, line, line + 1);
            assertBroken(swapped, line + 1);
        }
    }

    /** A changed line may still be a good line: then the one behind it is the first that does not follow. */
    private void assertBroken(List<String> lines, int line) throws IOException {
        Files.writeString(file(), String.join("\n", lines) + "\n");
        assertThatThrownBy(() -> IssueRecord.read(file()))
                .isInstanceOfSatisfying(
                        BrokenRecordException.class,
                        e -> assertThat(e.line()).isBetween((long) line, line + 1L));
    }

    @Test
    void passesOverWhatAKilledProcessLeft() throws IOException {
        List<String> lines = written();
        for (String rest : new String[] {"{\"v\":1", "x", lines.getLast()}) {
            Files.writeString(file(), String.join("\n", lines) + "\n" + rest);

            RecordHistory history = IssueRecord.read(file());
            assertThat(history.entries()).hasSize(lines.size());
            assertThat(history.unfinishedBytes()).isEqualTo(rest.length());
            try (IssueRecord record = open()) {
                record.appendIssued(List.of(DB), "issue", NOW);
                assertThat(record.read().entries()).hasSize(lines.size() + 1);
                assertThat(record.read().unfinishedBytes()).isZero();
            }
        }
    }

    @Test
    void beginsAnewWhenEvenTheFirstLineWasUnfinished() throws IOException {
        Files.writeString(file(), "{\"v\":1,\"kind\":\"op");

        try (IssueRecord record = open()) {
            assertThat(record.read().entries()).hasSize(1);
        }
    }

    @Test
    void refusesTheRecordOfAnotherCa() throws IOException {
        written();

        assertThatThrownBy(() -> IssueRecord.open(file(), selfSigned("other"), NOW))
                .isInstanceOf(BrokenRecordException.class)
                .hasMessageContaining("this is not the record of the CA");
    }

    @Test
    void issuesNothingForARevokedKey() throws IOException {
        try (IssueRecord record = open()) {
            record.appendIssued(List.of(WEB), "issue", NOW);
            assertThat(record.hasRevoked(WEB.publicKey())).isFalse();
            record.appendRevoked(List.of(WEB), "", NOW);

            assertThat(record.hasRevoked(WEB.publicKey())).isTrue();
            assertThatThrownBy(() -> record.appendIssued(List.of(DB, WEB), "issue", NOW))
                    .isInstanceOf(RevokedKeyException.class)
                    .hasMessageContaining("web1");
            assertThat(record.read().issued()).containsExactly(WEB);
        }
    }

    /** Half a batch of another process must not be taken for the end of the record. */
    @Test
    void looksForRevokedKeysWhenNobodyWrites() throws Exception {
        byte[] before;
        byte[] after;
        try (IssueRecord record = open()) {
            record.appendIssued(List.of(WEB), "issue", NOW);
            before = Files.readAllBytes(file());
            record.appendRevoked(List.of(WEB), "", NOW);
            after = Files.readAllBytes(file());
        }
        Files.write(file(), before);
        try (IssueRecord record = open()) {
            FutureTask<Boolean> answer = new FutureTask<>(() -> record.hasRevoked(WEB.publicKey()));
            try (HeldLock _ = new HeldLock(file())) {
                Thread.ofPlatform().daemon().start(answer);
                assertThatThrownBy(() -> answer.get(1, TimeUnit.SECONDS))
                        .isInstanceOf(TimeoutException.class);
                Files.write(file(), after);
            }

            assertThat(answer.get(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** A name that looks like a line about another key does not revoke that key. */
    @Test
    void noNameRevokesAnotherKey() throws IOException {
        String forged =
                "x\"}\n{\"v\":1,\"kind\":\"revoked\",\"publicKey\":\"" + WEB.publicKey().hex();
        try (IssueRecord record = open()) {
            record.appendRevoked(List.of(host(forged)), forged, NOW);

            assertThat(record.hasRevoked(WEB.publicKey())).isFalse();
        }
    }

    @Test
    void listsTheNewestOfEachHost() throws IOException {
        Certificate later = host("web1");
        try (IssueRecord record = open()) {
            record.appendIssued(List.of(WEB, DB, later), "issue", NOW);

            assertThat(record.read().newestByName())
                    .containsOnlyKeys(WEB.name(), DB.name())
                    .containsEntry("web1", List.of(later));
            record.appendRevoked(List.of(later), "", NOW);
            assertThat(record.read().newestByName()).containsEntry("web1", List.of(WEB));
        }
    }

    @Test
    void readsLongRecordsToTheirEnd() throws IOException {
        String longName = "n".repeat(200);
        try (IssueRecord record = open()) {
            for (int i = 0; i < 200; i++) {
                record.appendIssued(List.of(host(longName + i)), "issue", NOW);
            }
            assertThat(record.read().entries()).hasSize(201);
            assertThat(record.hasRevoked(WEB.publicKey())).isFalse();
        }
    }

    private List<String> written() throws IOException {
        try (IssueRecord record = open()) {
            record.appendIssued(List.of(WEB), "issue", NOW);
            record.appendIssued(List.of(DB), "sign", NOW);
            record.appendRevoked(List.of(WEB), "stolen", NOW);
        }
        return Files.readAllLines(file());
    }

    private IssueRecord open() throws IOException {
        return IssueRecord.open(file(), CA, NOW);
    }

    private Path file() {
        return folder.resolve("ca.issued.jsonl");
    }

    private static Certificate selfSigned(String name) {
        try {
            return Signer.selfSigned(2, subject(name), KEY);
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Certificate host(String name) {
        KeyPair keys = Dh.p256().generate(RANDOM::nextBytes);
        try {
            return new Signer(CA, KEY).signHost(2, subject(name), keys.publicKey());
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Subject subject(String name) {
        return new Subject(
                name,
                List.of(Cidr.of("10.42.0.2/16")),
                List.of(),
                List.of("web"),
                NOW.getEpochSecond(),
                NOW.getEpochSecond() + 1000);
    }
}
