package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.overlay.io.Bytes;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Signing requests: nothing that its maker did not prove is accepted. */
class SigningRequestFuzzTest {

    static Stream<FuzzTarget> targets() throws CertificateException {
        FuzzTarget target = FuzzTarget.of("signing-request", SigningRequestFuzzTest::checkRead);
        for (Curve curve : new Curve[] {Curve.CURVE25519, Curve.P256}) {
            target =
                    target.seed(
                            SigningRequestTest.content(
                                            SigningRequest.make(
                                                    SigningRequestTest.WISHES,
                                                    SigningRequestTest.keys(curve, new Random(1)),
                                                    new Random(2)::nextBytes))
                                    .encoded()
                                    .toArray());
        }
        return Stream.of(target);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    /** Only what its maker proved is accepted, whatever else the bytes say. */
    private static String checkRead(byte[] input) {
        try {
            SigningRequest read = SigningRequest.read(SigningRequestTest.pem(Bytes.owning(input)));
            assertThat(read.wishes()).isEqualTo(SigningRequestTest.WISHES);
            return "proven";
        } catch (CertificateException e) {
            return PkiFuzzTest.words(String.valueOf(e.getMessage()));
        }
    }
}
