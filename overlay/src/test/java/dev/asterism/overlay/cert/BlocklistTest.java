package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BlocklistTest {

    private static final String FINGERPRINT = "ab".repeat(32);

    @Test
    void readsEntriesInAnyCaseAndWithBlanks() {
        Blocklist.Parsed parsed = Blocklist.parse(List.of("  " + "AB".repeat(32) + " "));

        assertThat(parsed.isClean()).isTrue();
        assertThat(
                        parsed.blocklist()
                                .contains(Objects.requireNonNull(Fingerprint.parse(FINGERPRINT))))
                .isTrue();
    }

    @Test
    void keepsGoodEntriesBesideBadOnes() {
        Blocklist.Parsed parsed = Blocklist.parse(List.of("zz", FINGERPRINT));

        assertThat(parsed.isClean()).isFalse();
        assertThat(parsed.problem())
                .isEqualTo(
                        "pki.blocklist entries are not hex certificate fingerprints: entry 1"
                                + " \"zz\"");
        assertThat(
                        parsed.blocklist()
                                .contains(Objects.requireNonNull(Fingerprint.parse(FINGERPRINT))))
                .isTrue();
        assertThat(parsed.blocklist().size()).isEqualTo(1);
    }

    @Test
    void refusesSixtyThreeDigits() {
        assertThat(Blocklist.parse(List.of("a".repeat(63))).isClean()).isFalse();
        assertThat(Blocklist.parse(List.of("a".repeat(65))).isClean()).isFalse();
    }
}
