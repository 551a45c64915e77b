package dev.asterism.overlay.enrol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.noise.Dh;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a host is handed as a token, and what a server is sent by anybody: a value, or the declared exception. */
class EnrolFuzzTest {

    static Stream<FuzzTarget> targets() throws CertificateException {
        RandomSource random = new Random(11)::nextBytes;
        EnrolToken token =
                new EnrolToken(
                        Fingerprint.of(Bytes.EMPTY),
                        Bytes.owning(random.bytes(EnrolToken.ID_BYTES)),
                        Bytes.owning(random.bytes(EnrolToken.SECRET_BYTES)),
                        Curve.CURVE25519,
                        0,
                        List.of("https://x:1"));
        EnrolRequest request =
                EnrolRequest.by(
                        Dh.x25519().generate(random),
                        new EnrolRequest.Grant.Invited(token.id(), token.secret()),
                        Instant.EPOCH,
                        random);
        return Stream.of(
                FuzzTarget.of("enrol-token", EnrolFuzzTest::checkToken)
                        .seed(token.encode())
                        .words("asterism-token-1.", "AAAA"),
                FuzzTarget.of("enrol-request", EnrolFuzzTest::checkRequest)
                        .seed(request.fields().encode().toArray())
                        .words("csr=", "token=", "secret=", "certificate=", "\n", "AAAA")
                        .mayAllocate(4 << 20, 4096));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    private static String checkToken(byte[] input) {
        try {
            EnrolToken token = EnrolToken.decode(new String(input, StandardCharsets.ISO_8859_1));
            assertThat(token.urls()).allMatch(EnrolToken::isUrl);
            return "token";
        } catch (EnrolException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String checkRequest(byte[] input) {
        try {
            EnrolRequest request = EnrolRequest.of(EnrolFields.parse(Bytes.copyOf(input)));
            assertThat(request.signingRequest().publicKey().isEmpty()).isFalse();
            return request.isForItsGrant() ? "whole" : "for something else";
        } catch (EnrolException e) {
            return String.valueOf(e.getMessage()).replaceAll("[^a-z ].*", "");
        }
    }
}
