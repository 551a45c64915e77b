package dev.asterism.cert.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.cert.issue.VersionChoice;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.SigningRequest;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.enrol.EnrolAnswer;
import dev.asterism.overlay.enrol.EnrolFields;
import dev.asterism.overlay.enrol.EnrolRequest;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrolmentDeskTest {

    private static final Duration THIRDS = EnrolmentRig.LIFE.multipliedBy(2).dividedBy(3);

    @TempDir private Path folder;
    private EnrolmentRig rig;
    private EnrolmentState state;
    private EnrolmentDesk desk;

    @BeforeEach
    void open() throws Exception {
        rig = new EnrolmentRig(folder);
        state = rig.state();
        rig.start(state);
        desk = rig.desk(state);
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private Certificate enrolled(KeyPair keys) throws Exception {
        return EnrolmentRig.certificate(rig.ask(desk, keys, rig.invite(state, "laptop").grant()));
    }

    @Test
    void aTokenGivesWhatTheInvitationSays() throws Exception {
        EnrolmentRig.Token token = rig.invite(state, "laptop");
        KeyPair keys = rig.keys();

        Certificate certificate = EnrolmentRig.certificate(rig.ask(desk, keys, token.grant()));

        assertThat(certificate.name()).isEqualTo("laptop");
        assertThat(certificate.groups()).containsExactly("red");
        assertThat(certificate.networks()).containsExactly(Cidr.of("10.42.0.9/16"));
        assertThat(certificate.publicKey()).isEqualTo(keys.publicKey());
        assertThat(certificate.notBefore())
                .isEqualTo(EnrolmentRig.START.minus(EnrolmentRig.BEFORE));
        assertThat(certificate.life()).isEqualTo(EnrolmentRig.LIFE);
    }

    @Test
    void aTokenWorksForOneKeyAndForThatAgain() throws Exception {
        EnrolmentRig.Token token = rig.invite(state, "laptop");
        KeyPair first = rig.keys();
        Certificate certificate = EnrolmentRig.certificate(rig.ask(desk, first, token.grant()));

        EnrolmentDesk.Reply thief = rig.ask(desk, rig.keys(), token.grant());
        rig.pass(Duration.ofSeconds(5));
        EnrolmentDesk.Reply again = rig.ask(desk, first, token.grant());

        assertThat(thief.status()).isEqualTo(EnrolmentDesk.FORBIDDEN);
        assertThat(EnrolmentRig.error(thief)).contains("used by another host");
        assertThat(EnrolmentRig.certificate(again).fingerprint())
                .isEqualTo(certificate.fingerprint());
    }

    @Test
    void oneTokenGivesBothVersionsForOneKey() throws Exception {
        EnrolmentRig.Token token = rig.invite(state, "laptop", VersionChoice.BOTH, List.of("red"));
        KeyPair keys = rig.keys();

        EnrolmentDesk.Reply reply = rig.ask(desk, keys, token.grant());
        String pem = EnrolAnswer.of(reply.fields()).certificatePem();
        rig.pass(THIRDS);
        EnrolmentDesk.Reply next = rig.ask(desk, keys, new EnrolRequest.Grant.Renewal(pem));

        assertThat(versions(reply)).containsExactly(1, 2);
        assertThat(versions(next)).containsExactly(1, 2);
    }

    private static List<Integer> versions(EnrolmentDesk.Reply reply) throws Exception {
        return CertificatePem.readUsable(EnrolAnswer.of(reply.fields()).certificatePem())
                .certificates()
                .stream()
                .map(Certificate::version)
                .toList();
    }

    @Test
    void saysNoMoreOfATokenThanItsSecretShows() throws Exception {
        EnrolmentRig.Token token = rig.invite(state, "laptop");
        EnrolmentRig.Token guessed = new EnrolmentRig.Token(token.id(), Bytes.owning(new byte[32]));
        EnrolmentRig.Token unknown =
                new EnrolmentRig.Token(Bytes.owning(new byte[16]), token.secret());
        rig.ask(desk, rig.keys(), token.grant());

        assertThat(EnrolmentRig.error(rig.ask(desk, rig.keys(), guessed.grant())))
                .isEqualTo("unknown token")
                .isEqualTo(EnrolmentRig.error(rig.ask(desk, rig.keys(), unknown.grant())));
    }

    @Test
    void aTokenEndsWithItsMinutes() throws Exception {
        EnrolmentRig.Token token = rig.invite(state, "laptop");
        rig.pass(Duration.ofMinutes(30));
        assertThat(rig.ask(desk, rig.keys(), rig.invite(state, "other").grant()).status())
                .isEqualTo(EnrolmentDesk.OK);
        rig.pass(Duration.ofSeconds(1));

        assertThat(EnrolmentRig.error(rig.ask(desk, rig.keys(), token.grant())))
                .contains("was valid until 2027-03-01T12:30:00Z");
    }

    @Test
    void aTokenFromTheFutureWaitsForTheClock() throws Exception {
        EnrolmentRig.Token token = rig.invite(state, "laptop");
        rig.pass(Duration.ofHours(-1));

        assertThat(EnrolmentRig.error(rig.ask(desk, rig.keys(), token.grant())))
                .contains("not valid yet");
    }

    @Test
    void theHostsWishesGrantNothing() throws Exception {
        EnrolmentRig.Token token = rig.invite(state, "laptop");
        KeyPair keys = rig.keys();
        long now = EnrolmentRig.START.getEpochSecond();
        Subject wishes =
                new Subject(
                        token.grant().name(),
                        List.of(Cidr.of("10.42.0.1/16")),
                        List.of(Cidr.of("0.0.0.0/0")),
                        List.of("blue", "admin"),
                        now,
                        now + 1_000_000_000L);
        EnrolRequest greedy =
                new EnrolRequest(SigningRequest.make(wishes, keys, rig.random), token.grant());

        Certificate certificate =
                EnrolmentRig.certificate(desk.answer(greedy.fields().encode(), "x"));

        assertThat(certificate.groups()).containsExactly("red");
        assertThat(certificate.networks()).containsExactly(Cidr.of("10.42.0.9/16"));
        assertThat(certificate.unsafeNetworks()).isEmpty();
        assertThat(certificate.life()).isEqualTo(EnrolmentRig.LIFE);
    }

    @Test
    void aProofIsForOneTokenAndOneTime() throws Exception {
        EnrolmentRig.Token token = rig.invite(state, "laptop");
        EnrolmentRig.Token other = rig.invite(state, "other");
        KeyPair keys = rig.keys();
        EnrolRequest request = rig.request(keys, token.grant());
        EnrolRequest moved = new EnrolRequest(request.signingRequest(), other.grant());

        assertThat(EnrolmentRig.error(desk.answer(moved.fields().encode(), "x")))
                .contains("made for something else");
        rig.pass(Duration.ofSeconds(EnrolRequest.CLOCK_SECONDS + 1));
        assertThat(EnrolmentRig.error(desk.answer(request.fields().encode(), "x")))
                .contains("clock is 301 s behind");
        rig.pass(Duration.ofSeconds(-2 * EnrolRequest.CLOCK_SECONDS - 2));
        assertThat(EnrolmentRig.error(desk.answer(request.fields().encode(), "x")))
                .contains("clock is 301 s ahead of");
    }

    @Test
    void aKeyThatIsNotProvenGetsNothing() throws Exception {
        EnrolmentRig.Token token = rig.invite(state, "laptop");
        EnrolFields fields = rig.request(rig.keys(), token.grant()).fields();
        byte[] csr = fields.bytes("csr", 4096).toArray();
        String pem = new String(csr, StandardCharsets.US_ASCII);
        int at = pem.indexOf("\n-----END") - 8;
        char other = pem.charAt(at) == 'A' ? 'B' : 'A';
        fields.withLines("csr", pem.substring(0, at) + other + pem.substring(at + 1));

        EnrolmentDesk.Reply reply = desk.answer(fields.encode(), "x");

        assertThat(reply.status()).isEqualTo(EnrolmentDesk.BAD_REQUEST);
        assertThat(rig.ask(desk, rig.keys(), token.grant()).status()).isEqualTo(EnrolmentDesk.OK);
    }

    @Test
    void aKeyOfAnotherCurveIsRefusedAndTheTokenStaysOpen() throws Exception {
        EnrolmentRig.Token token = rig.invite(state, "laptop");

        EnrolmentDesk.Reply reply = rig.ask(desk, Dh.p256().generate(rig.random), token.grant());

        assertThat(EnrolmentRig.error(reply)).contains("curve");
        assertThat(rig.ask(desk, rig.keys(), token.grant()).status()).isEqualTo(EnrolmentDesk.OK);
    }

    @Test
    void whatTheCaMayNotGrantLeavesTheTokenOpen() throws Exception {
        EnrolmentRig.Token token = rig.invite(state, "laptop", VersionChoice.V1, List.of("green"));

        assertThat(EnrolmentRig.error(rig.ask(desk, rig.keys(), token.grant())))
                .contains("cannot issue")
                .contains("green");
        assertThat(EnrolmentRig.error(rig.ask(desk, rig.keys(), token.grant())))
                .doesNotContain("used");
    }

    @Test
    void writesDownWhatItDidAndNoSecret() throws Exception {
        EnrolmentRig.Token token = rig.invite(state, "lap\ntop\u001b");
        rig.ask(desk, rig.keys(), token.grant());
        rig.ask(desk, rig.keys(), token.grant());
        desk.answer(Bytes.owning("x".getBytes(StandardCharsets.US_ASCII)), "192.0.2.1");

        String audit = rig.audit(state);

        assertThat(audit.lines().map(line -> line.replaceAll(".*\"event\":\"([a-z-]+)\".*", "$1")))
                .containsExactly("enrolled", "refused", "malformed");
        assertThat(audit)
                .contains(token.id().hex())
                .doesNotContain(token.secret().hex())
                .contains("lap\\ntop\\u001B");
    }

    @Test
    void aCertificateIsRenewedOnceAfterHalfOfItsLife() throws Exception {
        KeyPair keys = rig.keys();
        EnrolRequest.Grant renewal = EnrolmentRig.renewalOf(enrolled(keys));

        EnrolmentDesk.Reply early = rig.ask(desk, keys, renewal);
        rig.pass(THIRDS);
        Certificate next = EnrolmentRig.certificate(rig.ask(desk, keys, renewal));
        rig.pass(Duration.ofMinutes(1));
        Certificate again = EnrolmentRig.certificate(rig.ask(desk, keys, renewal));

        assertThat(EnrolmentRig.error(early)).contains("too early");
        assertThat(next.groups()).containsExactly("red");
        assertThat(next.notAfter())
                .isEqualTo(
                        rig.now()
                                .minusSeconds(60)
                                .minus(EnrolmentRig.BEFORE)
                                .plus(EnrolmentRig.LIFE));
        assertThat(again.fingerprint()).isEqualTo(next.fingerprint());
    }

    /** As after {@code renew}: the host asks with the old one and with the new one. */
    @Test
    void twoCertificatesOfAHostHaveOneSuccessorInOneSecond() throws Exception {
        KeyPair keys = rig.keys();
        Certificate first = enrolled(keys);
        rig.pass(Duration.ofSeconds(1));
        Certificate second = rig.signedAgain(first);
        rig.pass(THIRDS);

        Certificate next =
                EnrolmentRig.certificate(rig.ask(desk, keys, EnrolmentRig.renewalOf(first)));
        Certificate other =
                EnrolmentRig.certificate(rig.ask(desk, keys, EnrolmentRig.renewalOf(second)));

        assertThat(second.fingerprint()).isNotEqualTo(first.fingerprint());
        assertThat(other.fingerprint()).isEqualTo(next.fingerprint());
    }

    @Test
    void aCertificateIsRenewedForItsOwnKeyOnly() throws Exception {
        EnrolRequest.Grant renewal = EnrolmentRig.renewalOf(enrolled(rig.keys()));
        rig.pass(THIRDS);

        assertThat(EnrolmentRig.error(rig.ask(desk, rig.keys(), renewal))).contains("another key");
    }

    @Test
    void whatHasExpiredIsNotRenewed() throws Exception {
        KeyPair keys = rig.keys();
        Certificate first = enrolled(keys);
        rig.pass(EnrolmentRig.LIFE.plusSeconds(1));

        EnrolmentDesk.Reply late = rig.ask(desk, keys, EnrolmentRig.renewalOf(first));

        assertThat(EnrolmentRig.error(late)).contains("expired");
    }

    @Test
    void theCaAndCertificatesOfOthersAreNotRenewed() throws Exception {
        KeyPair keys = rig.keys();
        Certificate byHand = rig.signedByHand(keys);
        rig.pass(THIRDS);

        EnrolmentDesk.Reply own = rig.ask(desk, keys, EnrolmentRig.renewalOf(byHand));
        EnrolmentDesk.Reply ca = rig.ask(desk, keys, EnrolmentRig.renewalOf(rig.ca));

        assertThat(EnrolmentRig.error(own)).contains("not issued by this server");
        assertThat(ca.status()).isEqualTo(EnrolmentDesk.FORBIDDEN);
    }

    /** A CA that hosts trust beside the one that signs: its hosts are not taken over. */
    @Test
    void renewsAnyCertificateOfTheCasThatItIsToldOnly() throws Exception {
        KeyPair keys = rig.keys();
        Certificate byHand = rig.signedByHand(keys);
        EnrolmentRig elsewhere =
                new EnrolmentRig(Files.createDirectory(folder.resolve("other")), 100);
        Certificate ofOther = elsewhere.signedByHand(keys);
        EnrolmentDesk any =
                rig.desk(
                        state,
                        CertificatePem.encode(rig.ca) + CertificatePem.encode(elsewhere.ca),
                        Set.of(),
                        true);
        rig.pass(THIRDS);

        EnrolmentDesk.Reply refused = rig.ask(any, keys, EnrolmentRig.renewalOf(ofOther));

        assertThat(EnrolmentRig.error(refused)).contains("another CA");
        assertThat(rig.ask(any, keys, EnrolmentRig.renewalOf(byHand)).status())
                .isEqualTo(EnrolmentDesk.OK);
        elsewhere.close();
    }

    /** Enrolled by the old CA; the rotation's certificate was copied to it; from then on it renews with the new CA. */
    @Test
    void aRotationTakesEnrolledHostsAlongAndNeverBack() throws Exception {
        KeyPair keys = rig.keys();
        Certificate first = enrolled(keys);
        EnrolmentRig after = new EnrolmentRig(Files.createDirectory(folder.resolve("next")), 100);
        String both = CertificatePem.encode(rig.ca) + CertificatePem.encode(after.ca);
        EnrolmentDesk oldCa = rig.desk(state, both, Set.of(), false);
        EnrolmentDesk newCa = after.desk(state, both, Set.of(rig.ca.fingerprint()), false);
        Certificate rotated = after.signedAgain(first);
        Certificate stranger = after.signedByHand(keys);
        rig.pass(THIRDS);
        after.pass(THIRDS);

        assertThat(EnrolmentRig.error(rig.ask(oldCa, keys, EnrolmentRig.renewalOf(rotated))))
                .contains("another CA");
        assertThat(EnrolmentRig.error(after.ask(newCa, keys, EnrolmentRig.renewalOf(stranger))))
                .as("of another name, which no token was for")
                .contains("not issued by this server");
        Certificate next =
                EnrolmentRig.certificate(after.ask(newCa, keys, EnrolmentRig.renewalOf(rotated)));
        after.pass(Duration.ofMinutes(1));
        Certificate ofOld =
                EnrolmentRig.certificate(after.ask(newCa, keys, EnrolmentRig.renewalOf(first)));

        assertThat(next.issuer()).isEqualTo(after.ca.fingerprint());
        assertThat(ofOld.issuer()).as("not rotated by hand").isEqualTo(after.ca.fingerprint());
        assertThat(next.groups()).isEqualTo(first.groups());
        after.close();
    }

    /** What ends no later than what the host has is of no use to it, and would come at an ever faster pace. */
    @Test
    void theEndOfTheCaShortensACertificateAndThenNoneIsRenewed() throws Exception {
        KeyPair keys = rig.keys();
        rig.pass(EnrolmentRig.CA_LIFE.minusHours(40));
        Certificate first = enrolled(keys);
        assertThat(rig.audit(state)).doesNotContain("warning");
        rig.pass(THIRDS);

        Certificate last =
                EnrolmentRig.certificate(rig.ask(desk, keys, EnrolmentRig.renewalOf(first)));
        rig.pass(Duration.ofHours(14));
        EnrolmentDesk.Reply next = rig.ask(desk, keys, EnrolmentRig.renewalOf(last));

        assertThat(last.notAfter()).isEqualTo(rig.ca.notAfter().minusSeconds(1));
        assertThat(rig.audit(state))
                .contains(
                        "\"warning\":\"the certificate ends with the CA, which ends 2028-02-29T12:00:00Z: change the"
                                + " CA before, see asterism-cert rotate plan\"");
        assertThat(EnrolmentRig.error(next))
                .isEqualTo(
                        "the CA ends 2028-02-29T12:00:00Z, so that a new certificate would end no later than this one:"
                                + " the CA must be changed, see asterism-cert rotate plan");
    }

    @Test
    void theNextCaGivesTheWholeLifeAgain() throws Exception {
        KeyPair keys = rig.keys();
        rig.pass(EnrolmentRig.CA_LIFE.minusHours(10));
        Certificate cut = enrolled(keys);
        EnrolmentRig after =
                new EnrolmentRig(
                        Files.createDirectory(folder.resolve("next")), 100, Duration.ofDays(730));
        String both = CertificatePem.encode(rig.ca) + CertificatePem.encode(after.ca);
        EnrolmentDesk newCa = after.desk(state, both, Set.of(rig.ca.fingerprint()), false);
        after.pass(EnrolmentRig.CA_LIFE.minusHours(2));

        Certificate next =
                EnrolmentRig.certificate(after.ask(newCa, keys, EnrolmentRig.renewalOf(cut)));

        assertThat(cut.notAfter()).isEqualTo(rig.ca.notAfter().minusSeconds(1));
        assertThat(Duration.between(next.notBefore(), next.notAfter()))
                .isEqualTo(EnrolmentRig.LIFE);
        after.close();
    }

    @Test
    void aRevokedKeyIsNotRenewed() throws Exception {
        KeyPair keys = rig.keys();
        Certificate first = enrolled(keys);
        rig.revoke(first);
        rig.pass(THIRDS);

        EnrolmentDesk.Reply next = rig.ask(desk, keys, EnrolmentRig.renewalOf(first));

        assertThat(EnrolmentRig.error(next)).contains("revoked");
    }

    @Test
    void aRevokedHostDoesNotGetAgainWhatItHad() throws Exception {
        KeyPair keys = rig.keys();
        EnrolmentRig.Token token = rig.invite(state, "laptop");
        Certificate first = EnrolmentRig.certificate(rig.ask(desk, keys, token.grant()));
        rig.pass(THIRDS);
        EnrolmentRig.certificate(rig.ask(desk, keys, EnrolmentRig.renewalOf(first)));

        rig.revoke(first);

        assertThat(EnrolmentRig.error(rig.ask(desk, keys, token.grant()))).contains("revoked");
        assertThat(EnrolmentRig.error(rig.ask(desk, keys, EnrolmentRig.renewalOf(first))))
                .contains("revoked");
    }

    @Test
    void aWithdrawnTokenIsNobodys() throws Exception {
        EnrolmentRig.Token token = rig.invite(state, "laptop");

        assertThat(state.withdraw(token.id())).isTrue();

        assertThat(EnrolmentRig.error(rig.ask(desk, rig.keys(), token.grant())))
                .isEqualTo("unknown token");
    }

    @Test
    void aTokenThatWasUsedCannotBeWithdrawn() throws Exception {
        EnrolmentRig.Token token = rig.invite(state, "laptop");
        KeyPair keys = rig.keys();
        EnrolmentRig.certificate(rig.ask(desk, keys, token.grant()));

        assertThat(state.withdraw(token.id())).isFalse();

        // The host that has it may ask again, as its answer may have been lost.
        EnrolmentRig.certificate(rig.ask(desk, keys, token.grant()));
    }
}
