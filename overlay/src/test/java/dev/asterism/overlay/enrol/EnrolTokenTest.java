package dev.asterism.overlay.enrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Bytes;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnrolTokenTest {

    private static final List<String> URLS =
            List.of("https://ca.example:4280", "https://192.0.2.7:4280");

    private static EnrolToken token(List<String> urls) {
        byte[] drawn = new byte[EnrolToken.ID_BYTES + EnrolToken.SECRET_BYTES];
        new Random(7).nextBytes(drawn);
        return new EnrolToken(
                Fingerprint.of(Bytes.ofHex("01")),
                Bytes.copyOf(drawn, 0, EnrolToken.ID_BYTES),
                Bytes.copyOf(drawn, EnrolToken.ID_BYTES, EnrolToken.SECRET_BYTES),
                Curve.P256,
                1_800_000_000L,
                urls);
    }

    @Test
    void readsWhatItWrote() throws EnrolException {
        EnrolToken token = token(URLS);

        assertThat(EnrolToken.decode(token.encode())).isEqualTo(token);
        assertThat(EnrolToken.decode("  " + token.encode() + "\n")).isEqualTo(token);
        assertThat(token.encode()).doesNotContain("\n").doesNotContain("=");
    }

    @Test
    void findsOutThatPartOfItIsMissing() {
        String whole = token(URLS).encode();

        for (int length = 0; length < whole.length(); length++) {
            String cut = whole.substring(0, length);
            assertThatThrownBy(() -> EnrolToken.decode(cut))
                    .as("the first %d characters", length)
                    .isInstanceOf(EnrolException.class);
        }
    }

    @Test
    void findsOutThatACharacterIsAnother() {
        String whole = token(URLS).encode();
        int start = whole.indexOf('.') + 1;

        for (int at = start; at < whole.length() - 1; at++) {
            char other = whole.charAt(at) == 'A' ? 'B' : 'A';
            String changed = whole.substring(0, at) + other + whole.substring(at + 1);
            assertThatThrownBy(() -> EnrolToken.decode(changed))
                    .as("another character at %d", at)
                    .isInstanceOf(EnrolException.class);
        }
    }

    @Test
    void neverShowsItsSecret() {
        EnrolToken token = token(URLS);

        assertThat(token.toString())
                .contains(token.id().hex())
                .doesNotContain(token.secret().hex())
                .doesNotContain(Base64.getUrlEncoder().encodeToString(token.secret().toArray()));
        assertThat(new EnrolRequest.Grant.Invited(token.id(), token.secret()).toString())
                .doesNotContain(token.secret().hex());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "http://x:1", "https://", "https://x\ny", "https://x y", "file:///x"})
    void namesHttpsServersOnly(String url) {
        assertThat(EnrolToken.isUrl(url)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> token(List.of(url)));
    }
}
