package dev.asterism.overlay.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.relay.RelayMessage.Form;
import dev.asterism.overlay.relay.RelayMessage.Kind;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes as the specification's vectors have them (wire.md 8.2, vectors/deterministic/messages.json). */
class RelayMessageTest {

    static Stream<Arguments> vectors() {
        return Stream.of(
                Arguments.of(
                        "08011084868808208980c851288180c851",
                        new RelayMessage(
                                Kind.REQUEST,
                                Form.V1,
                                16909060,
                                0,
                                Ip.of("10.50.0.1"),
                                Ip.of("10.50.0.9"))),
                Arguments.of(
                        "08021084868808188d98ac50208980c851288180c851",
                        new RelayMessage(
                                Kind.RESPONSE,
                                Form.V1,
                                16909060,
                                168496141,
                                Ip.of("10.50.0.1"),
                                Ip.of("10.50.0.9"))),
                Arguments.of(
                        "080110848688083208108980c8d1f0ff3f3a08108180c8d1f0ff3f",
                        new RelayMessage(
                                Kind.REQUEST,
                                Form.V2,
                                16909060,
                                0,
                                Ip.of("10.50.0.1"),
                                Ip.of("10.50.0.9"))),
                Arguments.of(
                        "08021084868808188d98ac50320d0880808080808080a8fd0110093a0d08808080808080"
                                + "80a8fd011001",
                        new RelayMessage(
                                Kind.RESPONSE,
                                Form.V2,
                                16909060,
                                168496141,
                                Ip.of("fd50::1"),
                                Ip.of("fd50::9"))));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void isWrittenAndReadAsNebulaDoes(String hex, RelayMessage message) {
        assertThat(HexFormat.of().formatHex(message.encode())).isEqualTo(hex);
        assertThat(RelayMessage.decode(Bytes.ofHex(hex))).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "0801", // no addresses
                "08011084868808", // the same with an index
                "0801320d0880808080808080a8fd011009", // one address of two
                "0803208980c851288180c851", // another type
                "208980c851288180c851", // type 0
                "0801228980c851288180c851", // a known field of another wire type
                "0801208980c851288180c8", // cut
                "08013208108980c8d1f0ff3f3a09108180c8d1f0ff3f" // an address longer than the message
            })
    void isRefusedWhenItMakesNoSense(String hex) {
        assertThat(RelayMessage.decode(Bytes.ofHex(hex))).isNull();
    }

    @Test
    void skipsFieldsOfTheFuture() {
        assertThat(RelayMessage.decode(Bytes.ofHex("08015a0401020304208980c851288180c851")))
                .isNotNull();
    }

    /** Both families in one message need form 2. */
    @Test
    void doesNotSqueezeIpv6IntoFormOne() {
        RelayMessage message =
                new RelayMessage(Kind.REQUEST, Form.V1, 1, 0, Ip.of("10.50.0.1"), Ip.of("fd50::9"));

        assertThatIllegalStateException().isThrownBy(message::encode);
        assertThat(Form.V2.canHold(message.from(), message.to())).isTrue();
    }
}
