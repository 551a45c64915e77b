package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer shows, and how it comes to be what the node believes. */
class ClaimTest {

    private final TestPki pki = TestPki.seeded(1);
    private final Certificate host = pki.host("h", "10.42.0.2/16").certificate();

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void versionOneHasTwoNumbers(int certVersion) {
        Claim claim =
                Claim.decode(certVersion, host.handshakeForm(), host.publicKey(), Curve.CURVE25519);

        assertThat(claim).isInstanceOf(Claim.WellFormed.class);
        Claim.WellFormed readable = (Claim.WellFormed) claim;
        assertThat(readable.certificate()).isEqualTo(host);
        assertThat(readable.addresses()).containsExactly(Ip.of("10.42.0.2"));
        assertThat(readable.publicKey()).isEqualTo(host.publicKey());
        assertThat(readable.handshakeForm()).isEqualTo(host.handshakeForm());
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 257, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
    void anUnknownVersionIsNotRead(int certVersion) {
        assertThat(
                        Claim.decode(
                                certVersion,
                                host.handshakeForm(),
                                host.publicKey(),
                                Curve.CURVE25519))
                .isEqualTo(
                        new Claim.Unreadable(
                                Claim.Fault.VERSION,
                                "version " + Integer.toUnsignedString(certVersion),
                                "",
                                ""));
    }

    /** The form of version 2 says nothing of its curve: it is taken for ours, and its key must fit. */
    @ParameterizedTest
    @EnumSource(names = {"CURVE25519", "P256"})
    void versionTwoHasOurCurve(Curve curve) {
        TestPki ofCurve = TestPki.seeded(1, curve);
        Certificate two = ofCurve.hostV2("h", "10.42.0.2/16", "fd42::2/64").certificate();

        Claim claim = Claim.decode(2, two.handshakeForm(), two.publicKey(), curve);

        assertThat(claim).isInstanceOf(Claim.WellFormed.class);
        Claim.WellFormed readable = (Claim.WellFormed) claim;
        assertThat(readable.certificate()).isEqualTo(two);
        assertThat(readable.version()).isEqualTo(2);
        assertThat(readable.curve()).isEqualTo(curve);
        assertThat(readable.addresses()).containsExactly(Ip.of("10.42.0.2"), Ip.of("fd42::2"));
        assertThat(ofCurve.pool().verify(readable, TestPki.NOW))
                .isInstanceOf(Verification.Accepted.class);
    }

    @Test
    void theBytesOfOneVersionAreNoCertificateOfTheOther() {
        Certificate two = pki.hostV2("h", "10.42.0.2/16").certificate();

        assertThat(Claim.decode(1, two.handshakeForm(), two.publicKey(), Curve.CURVE25519))
                .isInstanceOf(Claim.Unreadable.class);
        assertThat(Claim.decode(2, host.handshakeForm(), host.publicKey(), Curve.CURVE25519))
                .isInstanceOf(Claim.Unreadable.class);
    }

    @Test
    void whatIsNoCertificateSaysWhy() {
        assertThat(Claim.decode(1, host.encoded(), host.publicKey(), Curve.CURVE25519))
                .isEqualTo(
                        new Claim.Unreadable(
                                Claim.Fault.FORM,
                                "certificate has unexpected pubkey present",
                                "",
                                ""));
    }

    @Test
    void aPoolMakesItAVerifiedCertificateOrRefusesIt() {
        Claim.WellFormed claim =
                (Claim.WellFormed)
                        Claim.decode(1, host.handshakeForm(), host.publicKey(), Curve.CURVE25519);
        Claim.WellFormed withAnotherKey =
                (Claim.WellFormed)
                        Claim.decode(
                                1, host.handshakeForm(), pki.ca().publicKey(), Curve.CURVE25519);

        assertThat(pki.pool().verify(claim, TestPki.NOW))
                .isEqualTo(new Verification.Accepted(new VerifiedCertificate(host, pki.ca())));
        assertThat(((Verification.Refused) pki.pool().verify(withAnotherKey, TestPki.NOW)).reason())
                .isEqualTo(Verification.Reason.BAD_SIGNATURE);
    }

    /** The issuer field of version 1 is any bytes; those that cannot name a CA are shown as they are. */
    @Test
    void anIssuerOfAnotherLengthNamesNoCa() {
        DetailsV1 details =
                new DetailsV1(host.subject(), false, Bytes.ofHex("c0ffee"), 0, host.publicKey());
        Claim.WellFormed odd = new Claim.WellFormed(new CertificateV1(details, host.signature()));

        assertThat(odd.issuerText()).isEqualTo("c0ffee");
        assertThat(pki.pool().knowsIssuer(odd)).isFalse();
        assertThat(((Verification.Refused) pki.pool().verify(odd, TestPki.NOW)).reason())
                .isEqualTo(Verification.Reason.UNKNOWN_ISSUER);
    }

    /** The trust that the type stands for: no other package can make one. */
    @Test
    void nobodyOutsideThisPackageMakesAVerifiedCertificateOrOpensAClaim() throws Exception {
        for (Constructor<?> constructor : VerifiedCertificate.class.getDeclaredConstructors()) {
            assertThat(constructor.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED))
                    .isZero();
        }
        assertThat(Modifier.isFinal(VerifiedCertificate.class.getModifiers())).isTrue();
        assertThat(
                        Claim.WellFormed.class.getDeclaredMethod("certificate").getModifiers()
                                & (Modifier.PUBLIC | Modifier.PROTECTED))
                .isZero();
    }
}
