package dev.asterism.overlay.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.io.Bytes;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bundles of peers and of files: what is read has one form, and only what the issuer made is trusted. */
class BundleFuzzTest {

    private static final TestPki PKI = TestPki.seeded(7);
    private static final CaPool POOL = PKI.pool();
    private static final TestBundles ISSUER = TestBundles.of(PKI);
    private static final RevocationBundle SMALL = ISSUER.bundle(7, PKI.ca().fingerprint());
    private static final RevocationBundle WITH_POLICY =
            ISSUER.bundle(8, new TreeSet<>(), Bytes.ofHex("00112233"));

    static Stream<FuzzTarget> targets() {
        return Stream.of(
                FuzzTarget.of("revocation-bundle", BundleFuzzTest::checkBundle)
                        .seed(SMALL.encoded().toArray())
                        .seed(WITH_POLICY.encoded().toArray())
                        .seed(TestBundles.of(TestPki.seeded(8)).large(9, 40).encoded().toArray()),
                FuzzTarget.of("bundle-delegation", BundleFuzzTest::checkDelegation)
                        .seed(ISSUER.delegation().encode().toArray()));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    private static String checkBundle(byte[] input) {
        RevocationBundle bundle;
        try {
            bundle = RevocationBundle.decode(Bytes.copyOf(input));
        } catch (BundleException e) {
            return e.fault().name();
        }
        assertThat(bundle.encoded().toArray()).isEqualTo(input);
        assertThat(bundle.revoked()).hasSize(bundle.head().body().entries());
        try {
            bundle.head().verify(POOL);
        } catch (BundleException e) {
            return "not trusted " + e.fault();
        }
        assertThat(bundle).isIn(SMALL, WITH_POLICY);
        return "trusted " + bundle.number();
    }

    private static String checkDelegation(byte[] input) {
        Delegation delegation;
        try {
            delegation = Delegation.decode(Bytes.copyOf(input));
        } catch (BundleException e) {
            return e.fault().name();
        }
        assertThat(delegation.encode().toArray()).isEqualTo(input);
        try {
            delegation.verify(POOL);
        } catch (BundleException e) {
            return "not trusted " + e.fault();
        }
        assertThat(delegation).isEqualTo(ISSUER.delegation());
        return "trusted";
    }
}
