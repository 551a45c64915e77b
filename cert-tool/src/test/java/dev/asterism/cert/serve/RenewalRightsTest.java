package dev.asterism.cert.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.cert.issue.VersionChoice;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateV1;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.KeyPair;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member renews a certificate that gives more rights than the member is to have. */
class RenewalRightsTest {

    private static final Duration THIRDS = EnrolmentRig.LIFE.multipliedBy(2).dividedBy(3);
    private static final String HOME = "10.42.0.9/16";

    /** SEC 2, 2.4.2. */
    private static final BigInteger ORDER_OF_P256 =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    @TempDir private Path folder;
    private EnrolmentRig rig;
    private EnrolmentState state;
    private EnrolmentDesk desk;
    private KeyPair keys;
    private Certificate first;

    @BeforeEach
    void open() throws Exception {
        use(new EnrolmentRig(folder));
    }

    private void use(EnrolmentRig other) throws Exception {
        rig = other;
        state = rig.state();
        rig.start(state);
        desk = rig.desk(state);
        keys = rig.keys();
        EnrolmentRig.Token token =
                rig.invite(state, "laptop", VersionChoice.V1, List.of("red", "blue"));
        first = EnrolmentRig.certificate(rig.ask(desk, keys, token.grant()));
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private EnrolmentDesk.Reply renewed(Certificate certificate) throws Exception {
        return rig.ask(desk, keys, EnrolmentRig.renewalOf(certificate));
    }

    @Test
    void aLaterCertificateTakesAGroupAway() throws Exception {
        rig.pass(Duration.ofHours(1));
        rig.signedInstead(first, HOME, "blue");
        rig.pass(THIRDS);

        Certificate next = EnrolmentRig.certificate(renewed(first));

        assertThat(next.groups()).containsExactly("blue");
        assertThat(rig.audit(state)).contains("\"groups\":\"red,blue\"", "\"groups\":\"blue\"");
    }

    /** The host has kept a certificate that was renewed before the operator took the group away. */
    @Test
    void alsoFromARenewalThatTheLaterOneDoesNotKnow() throws Exception {
        rig.pass(THIRDS);
        Certificate second = EnrolmentRig.certificate(renewed(first));
        assertThat(second.groups()).containsExactly("red", "blue");
        rig.signedInstead(first, HOME, "blue");
        rig.pass(THIRDS);

        assertThat(EnrolmentRig.certificate(renewed(second)).groups()).containsExactly("blue");
    }

    /** A certificate that gave more rights for a while does not give them again to whoever shows an older one. */
    @Test
    void aLaterCertificateGivesNothing() throws Exception {
        rig.signedInstead(first, HOME, "blue");
        Certificate narrow = rig.signedInstead(first, HOME, "red");
        rig.signedInstead(first, HOME, "red", "blue");
        rig.pass(THIRDS);

        assertThat(EnrolmentRig.certificate(renewed(narrow)).groups()).containsExactly("red");
        assertThat(EnrolmentRig.certificate(renewed(first)).groups()).isEmpty();
    }

    @Test
    void aHostThatMovedDoesNotGetItsOldAddressAgain() throws Exception {
        Certificate moved = rig.signedInstead(first, "10.42.0.10/16", "red");
        rig.pass(THIRDS);

        assertThat(EnrolmentRig.error(renewed(first)))
                .isEqualTo(
                        "a later certificate of this host has other addresses, 10.42.0.10/16: replace this"
                                + " certificate by that one");
        assertThat(EnrolmentRig.certificate(renewed(moved)).networks()).isEqualTo(moved.networks());
    }

    /** As after the record was lost and begun again. */
    @Test
    void countsByTheClockWhatNoRecordHas() throws Exception {
        EnrolmentRig elsewhere = new EnrolmentRig(Files.createDirectory(folder.resolve("gone")));
        assertThat(elsewhere.ca.fingerprint()).as("the same CA").isEqualTo(rig.ca.fingerprint());
        Certificate unknown = elsewhere.signedInstead(first, HOME, "red", "blue");
        elsewhere.close();
        rig.pass(Duration.ofMinutes(1));
        rig.signedInstead(first, HOME, "red");
        rig.pass(THIRDS);

        assertThat(EnrolmentRig.certificate(renewed(unknown)).groups()).containsExactly("red");
    }

    /** Each signature of P-256 has a second form, under another fingerprint (CVE-2026-25793). */
    @Test
    void bothFormsOfASignatureHaveOneSuccessor() throws Exception {
        rig.close();
        use(
                new EnrolmentRig(
                        Files.createDirectory(folder.resolve("p256")),
                        7,
                        EnrolmentRig.CA_LIFE,
                        Curve.P256));
        Certificate turned = turned(first);
        assertThat(turned.fingerprint()).isEqualTo(first.alternateFingerprint());
        rig.pass(THIRDS);

        Certificate next = EnrolmentRig.certificate(renewed(first));
        rig.pass(Duration.ofMinutes(1));
        Certificate other = EnrolmentRig.certificate(renewed(turned));

        assertThat(other.fingerprint()).isEqualTo(next.fingerprint());
        assertThat(rig.recorded()).isEqualTo(2);
    }

    /** With n - s in place of s, which is more than half of n and so has one byte more. */
    private static Certificate turned(Certificate certificate) throws Exception {
        byte[] signature = certificate.signature().toArray();
        int lengthOfR = signature[3];
        byte[] r = Arrays.copyOfRange(signature, 2, 4 + lengthOfR);
        BigInteger s =
                new BigInteger(Arrays.copyOfRange(signature, 6 + lengthOfR, signature.length));
        byte[] other = ORDER_OF_P256.subtract(s).toByteArray();
        byte[] all = certificate.encoded().toArray();
        ByteArrayOutputStream turned = new ByteArrayOutputStream();
        turned.write(all, 0, all.length - signature.length - 1); // to the length of the signature
        turned.write(4 + r.length + other.length);
        turned.write(0x30);
        turned.write(2 + r.length + other.length);
        turned.writeBytes(r);
        turned.write(2);
        turned.write(other.length);
        turned.writeBytes(other);
        return CertificateV1.decode(Bytes.owning(turned.toByteArray())).orThrow();
    }

    /** Another issuer has revoked it in its own record, and shares the database. */
    @Test
    void aKeyThatAnotherIssuerRevokedIsRefused() throws Exception {
        EnrolmentRig other = new EnrolmentRig(Files.createDirectory(folder.resolve("other")), 100);
        SharedRevocations revocations = other.revocationsFor(state);
        rig.pass(THIRDS);
        EnrolmentRig.Token open = rig.invite(state, "second");
        Instant now = rig.now();
        revocations.share(now);
        assertThat(renewed(first).status()).isEqualTo(EnrolmentDesk.OK);

        other.revoke(first);
        revocations.share(now);

        assertThat(EnrolmentRig.error(renewed(first))).contains("revoked");
        assertThat(EnrolmentRig.error(rig.ask(desk, keys, open.grant()))).contains("revoked");
        assertThat(rig.ask(desk, rig.keys(), open.grant()).status())
                .as("the token stays open for another key")
                .isEqualTo(EnrolmentDesk.OK);
        other.close();
    }

    @Test
    void aDatabaseThatWasPutBackIsToldAgain() throws Exception {
        SharedRevocations revocations = rig.revocationsFor(state);
        rig.revoke(first);
        Path before = folder.resolve("before.db");
        Files.copy(rig.database(), before);
        revocations.share(rig.now());
        assertThat(state.store().revokedKeys()).isEqualTo(1);
        Files.move(before, rig.database(), StandardCopyOption.REPLACE_EXISTING);
        assertThat(state.store().revokedKeys()).isZero();

        revocations.share(rig.now());

        assertThat(state.store().revokedKeys()).isEqualTo(1);
    }

    /** The other issuer has told its keys again by then, so the database has as many as this one has told. */
    @Test
    void aDatabaseThatWasPutBackIsToldAgainThoughAnotherIssuerWasFaster() throws Exception {
        EnrolmentRig other = new EnrolmentRig(Files.createDirectory(folder.resolve("other")), 100);
        Certificate second =
                EnrolmentRig.certificate(
                        rig.ask(desk, rig.keys(), rig.invite(state, "second").grant()));
        SharedRevocations revocations = rig.revocationsFor(state);
        SharedRevocations ofOther = other.revocationsFor(state);
        rig.revoke(first);
        other.revoke(second);
        Path before = folder.resolve("before.db");
        Files.copy(rig.database(), before);
        for (SharedRevocations each : List.of(revocations, ofOther, revocations)) {
            each.share(rig.now());
        }
        assertThat(state.store().revokedKeys()).isEqualTo(2);
        Files.move(before, rig.database(), StandardCopyOption.REPLACE_EXISTING);
        ofOther.share(rig.now());
        assertThat(state.store().revokedKeys()).isEqualTo(1);

        revocations.share(rig.now());

        assertThat(state.store().revokedKeys()).isEqualTo(2);
        other.close();
    }
}
