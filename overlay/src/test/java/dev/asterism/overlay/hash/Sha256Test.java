package dev.asterism.overlay.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Sha256Test {

    private static final byte[] ABC = "--abc-".getBytes(StandardCharsets.US_ASCII);

    @Test
    void digestsTheRangeThatIsNamed() {
        assertThat(HexFormat.of().formatHex(Sha256.of(ABC, 2, 3)))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(Sha256.of(ABC)).isNotEqualTo(Sha256.of(ABC, 2, 3)).hasSize(Sha256.BYTES);
    }

    @Test
    void refusesARangeOutsideBeforeAnybodyCalculates() {
        assertThatThrownBy(() -> Sha256.of(ABC, 2, 5))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Sha256.of(ABC, -1, 2))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
