package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {

    /** SHA-256 of "abc", FIPS 180-2 appendix B.1. */
    private static final String OF_ABC =
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private final Random random = new Random(4);

    @Test
    void isTheDigestOfItsPartsOneBehindTheOther() {
        assertThat(Fingerprint.of(text("abc"))).hasToString(OF_ABC);
        assertThat(Fingerprint.of(text("a"), text("bc"))).isEqualTo(Fingerprint.of(text("abc")));
        assertThat(Fingerprint.of(text("xabcx").slice(1, 3))).hasToString(OF_ABC);
    }

    @Test
    void survivesItsTextAndItsRawForm() {
        for (int i = 0; i < 100; i++) {
            byte[] raw = new byte[Fingerprint.LENGTH_BYTES];
            random.nextBytes(raw);
            Fingerprint fingerprint = Objects.requireNonNull(Fingerprint.ofRaw(Bytes.owning(raw)));

            assertThat(fingerprint).hasToString(Bytes.owning(raw).hex());
            assertThat(fingerprint.raw()).isEqualTo(Bytes.owning(raw));
            assertThat(Fingerprint.parse(fingerprint.toString()))
                    .isEqualTo(fingerprint)
                    .hasSameHashCodeAs(fingerprint);
        }
    }

    @Test
    void ordersAsItsTextDoes() {
        for (int i = 0; i < 1000; i++) {
            Fingerprint a = new Fingerprint(some(), some(), some(), some());
            Fingerprint b = new Fingerprint(some(), some(), some(), some());

            assertThat(Integer.signum(a.compareTo(b)))
                    .as("%s and %s", a, b)
                    .isEqualTo(Integer.signum(a.toString().compareTo(b.toString())));
        }
    }

    /** One of few values, so that equal parts come up. */
    private long some() {
        return new long[] {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE}[random.nextInt(5)];
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 33, 64})
    void rawFormHasThirtyTwoBytes(int length) {
        assertThat(Fingerprint.ofRaw(Bytes.owning(new byte[length]))).isNull();
    }

    @Test
    void textIsSixtyFourLowerCaseDigits() {
        assertThat(Fingerprint.parse("")).isNull();
        assertThat(Fingerprint.parse(OF_ABC.substring(1))).isNull();
        assertThat(Fingerprint.parse(OF_ABC + "0")).isNull();
        assertThat(Fingerprint.parse(OF_ABC.toUpperCase(Locale.ROOT))).isNull();
        assertThat(Fingerprint.parse("g" + OF_ABC.substring(1))).isNull();
        assertThat(Fingerprint.parse("-" + OF_ABC.substring(1))).isNull();
        assertThat(Fingerprint.parse("٠" + OF_ABC.substring(1))).isNull();
    }

    private static Bytes text(String ascii) {
        return Bytes.owning(ascii.getBytes(StandardCharsets.US_ASCII));
    }
}
