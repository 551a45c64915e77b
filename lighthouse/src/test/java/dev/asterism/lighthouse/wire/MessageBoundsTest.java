package dev.asterism.lighthouse.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A member can name thousands of addresses in one message: of each kind so many are read, and the rest is only
 * checked.
 */
class MessageBoundsTest {

    private static final int BOUND = MessageReader.MAX_ADDRESSES;
    private static final int ABOUT = 0x0A320002;

    /** One of the four lists of a message, with the field that it comes from. */
    enum Kind {
        IPV4(2) {
            @Override
            List<?> list(LighthouseMessage message) {
                return message.ipv4();
            }

            @Override
            Object entry(int i) {
                return new UnderlayAddr(Ip.ofIpv4(0xC0000200 + i), 4242);
            }

            @Override
            void write(CodedOutputStream out, int i) throws IOException {
                out.writeUInt32(1, 0xC0000200 + i);
                out.writeUInt32(2, 4242);
            }
        },
        IPV6(4) {
            @Override
            List<?> list(LighthouseMessage message) {
                return message.ipv6();
            }

            @Override
            Object entry(int i) {
                return new UnderlayAddr(new Ip(0x20010DB8_00000000L, i), 4242);
            }

            @Override
            void write(CodedOutputStream out, int i) throws IOException {
                out.writeUInt64(1, 0x20010DB8_00000000L);
                out.writeUInt64(2, i);
                out.writeUInt32(3, 4242);
            }
        },
        RELAYS(7) {
            @Override
            List<?> list(LighthouseMessage message) {
                return message.relays();
            }

            @Override
            Object entry(int i) {
                return new Ip(0xFD500000_00000000L, i);
            }

            @Override
            void write(CodedOutputStream out, int i) throws IOException {
                out.writeUInt64(1, 0xFD500000_00000000L);
                out.writeUInt64(2, i);
            }
        };

        final int field;

        Kind(int field) {
            this.field = field;
        }

        abstract List<?> list(LighthouseMessage message);

        /** What stands there when the {@code i}th was read. */
        abstract Object entry(int i);

        abstract void write(CodedOutputStream out, int i) throws IOException;
    }

    static Stream<Kind> kinds() {
        return Stream.of(Kind.values());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void readsAsManyAsTheBound(Kind kind) throws IOException {
        assertThat(kind.list(decoded(update(kind, BOUND))))
                .isEqualTo(IntStream.range(0, BOUND).mapToObj(kind::entry).toList());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void leavesOutWhatComesAfterTheBound(Kind kind) throws IOException {
        List<?> first = IntStream.range(0, BOUND).mapToObj(kind::entry).toList();

        assertThat(kind.list(decoded(update(kind, BOUND + 1)))).isEqualTo(first);
        assertThat(kind.list(decoded(update(kind, 2000)))).isEqualTo(first);
    }

    /** Else a message could be refused or taken depending on how many there are. */
    @ParameterizedTest
    @MethodSource("kinds")
    void checksWhatItLeavesOut(Kind kind) throws IOException {
        byte[] broken = {(byte) (kind.field << 3 | 2), 1, 0x0D};
        assertThat(decodedOrNull(details(kind, BOUND, broken))).isNull();
        assertThat(decodedOrNull(details(kind, BOUND + 1, broken))).isNull();
    }

    @Test
    void countsOldRelaysPackedAndOneByOne() throws IOException {
        byte[] single = bytes(out -> writeOldRelays(out, BOUND - 1, false));
        byte[] packed = bytes(out -> writeOldRelays(out, 3, true));

        List<Ip> relays =
                decoded(
                                message(
                                        out -> {
                                            out.writeUInt32(1, ABOUT);
                                            out.writeRawBytes(single);
                                            out.writeRawBytes(packed);
                                        }))
                        .relays();

        assertThat(relays).hasSize(BOUND);
        assertThat(relays.getLast()).isEqualTo(Ip.ofIpv4(0x0A000000));
        assertThat(
                        decoded(
                                        message(
                                                out -> {
                                                    out.writeUInt32(1, ABOUT);
                                                    writeOldRelays(out, 2000, true);
                                                }))
                                .relays())
                .hasSize(BOUND);
    }

    private static void writeOldRelays(CodedOutputStream out, int count, boolean packed)
            throws IOException {
        if (!packed) {
            for (int i = 0; i < count; i++) {
                out.writeUInt32(5, 0x0A000000 + i);
            }
            return;
        }
        out.writeByteArray(
                5,
                bytes(
                        list -> {
                            for (int i = 0; i < count; i++) {
                                list.writeUInt32NoTag(0x0A000000 + i);
                            }
                        }));
    }

    private interface Content {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private static byte[] update(Kind kind, int count) throws IOException {
        return details(kind, count, new byte[0]);
    }

    private static byte[] details(Kind kind, int count, byte[] more) throws IOException {
        return message(
                out -> {
                    for (int i = 0; i < count; i++) {
                        int number = i;
                        out.writeByteArray(kind.field, bytes(entry -> kind.write(entry, number)));
                    }
                    out.writeRawBytes(more);
                });
    }

    private static byte[] message(Content details) throws IOException {
        return bytes(
                out -> {
                    out.writeUInt32(1, MessageKind.HOST_UPDATE.number());
                    out.writeByteArray(2, bytes(details));
                });
    }

    private static byte[] bytes(Content content) throws IOException {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(sink);
        content.writeTo(out);
        out.flush();
        return sink.toByteArray();
    }

    private static LighthouseMessage decoded(byte[] message) {
        return Objects.requireNonNull(decodedOrNull(message));
    }

    private static @Nullable LighthouseMessage decodedOrNull(byte[] message) {
        return LighthouseMessage.decode(Bytes.owning(message));
    }
}
