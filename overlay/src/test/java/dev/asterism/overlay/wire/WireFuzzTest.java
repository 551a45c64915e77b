package dev.asterism.overlay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.handshake.HandshakePayload;
import dev.asterism.overlay.handshake.HandshakePayload.Decoded;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.IxHandshake;
import dev.asterism.overlay.noise.KeyPair;
import dev.asterism.overlay.noise.MessageRead;
import dev.asterism.overlay.noise.NoiseSuite;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What strangers can make this node read before anything is authenticated. */
class WireFuzzTest {

    private static final int KEY_BYTES = 32;
    private static final NoiseSuite SUITE = NoiseSuite.byJdk(Dh.x25519(), AeadCipher.AES);

    static Stream<FuzzTarget> targets() {
        return Stream.of(header(), handshakePayload(), message1(), message2(), addresses());
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    private static FuzzTarget header() {
        return FuzzTarget.of("header", WireFuzzTest::checkHeader)
                .seed(hex("130000001ff94f150000000000000003"))
                .seed(hex("11018000f1f2f3f4f8f7f6f5f4f3f2f1"))
                .seed(hex("1000000000000000000000000000000100"))
                .mostBytes(40)
                .mayAllocate(32 << 10, 64);
    }

    /** Every valid header is written as it was read, but for what nobody reads. */
    private static String checkHeader(byte[] input) {
        if (input.length < Header.LENGTH) {
            return "short";
        }
        MemorySegment packet = MemorySegment.ofArray(input);
        if (!Header.isValid(packet, 0)) {
            return "invalid";
        }
        MessageType type =
                Objects.requireNonNull(MessageType.ofNumber(Header.typeNumber(packet, 0)));
        byte[] again = new byte[Header.LENGTH];
        MemorySegment written = MemorySegment.ofArray(again);
        Header.write(
                written,
                0,
                type,
                Header.subtype(packet, 0),
                Header.remoteIndex(packet, 0),
                Header.counter(packet, 0));
        if (Header.isChecksumPartial(packet, 0)) {
            Header.markChecksumPartial(written, 0);
        }
        byte[] expected = Arrays.copyOf(input, Header.LENGTH);
        expected[2] &= (byte) 0x80;
        expected[3] = 0;
        assertThat(again).isEqualTo(expected);
        return type + "/" + Header.subtype(packet, 0) + Header.isChecksumPartial(packet, 0);
    }

    private static FuzzTarget handshakePayload() {
        Bytes certificate =
                TestPki.seeded(7).host("h", "10.42.0.2/16", "web").certificate().handshakeForm();
        return FuzzTarget.of("handshake-payload", WireFuzzTest::checkPayload)
                .seed(
                        new HandshakePayload(certificate, 7, 0, 1_700_000_000_000_000_000L, 1)
                                .encode())
                .seed(new HandshakePayload(certificate, 7, -9, -1, 2, 3).encode())
                .seed(new HandshakePayload(Bytes.EMPTY, 1, 1, 1, 0).encode())
                .seed(hex("0a0a" + "0a02cafe" + "1007" + "280a" + "4001" + "98950803"))
                .mayAllocate(64 << 10, 64);
    }

    /** What is taken is written in a form that reads as the same, and that form is the only one of it. */
    private static String checkPayload(byte[] input) {
        Bytes encoded = Bytes.owning(input);
        Decoded first = HandshakePayload.decodeMessage1(encoded);
        Decoded second = HandshakePayload.decodeMessage2(encoded);
        return checkPayload(first, HandshakePayload::decodeMessage1)
                + checkPayload(second, HandshakePayload::decodeMessage2);
    }

    private interface Decoder {
        Decoded decode(Bytes encoded);
    }

    private static String checkPayload(Decoded decoded, Decoder decoder) {
        return switch (decoded) {
            case Decoded.Invalid(HandshakePayload.Reason reason) -> reason.name();
            case Decoded.Valid(HandshakePayload payload) -> {
                byte[] canonical = payload.encode();
                Decoded again = decoder.decode(Bytes.copyOf(canonical));
                assertThat(again).isEqualTo(decoded);
                assertThat(((Decoded.Valid) again).payload().encode()).isEqualTo(canonical);
                yield "valid" + (payload.extensions() != 0) + payload.cert().isEmpty();
            }
        };
    }

    private static KeyPair keys(int number) {
        byte[] key = new byte[KEY_BYTES];
        Arrays.fill(key, (byte) number);
        return Dh.x25519().keyPair(key);
    }

    private static IxHandshake initiator() {
        return IxHandshake.initiator(SUITE, keys(1), keys(2));
    }

    private static FuzzTarget message1() {
        return FuzzTarget.of("noise-message-1", WireFuzzTest::checkMessage1)
                .seed(initiator().writeMessage1("payload".getBytes(StandardCharsets.UTF_8)))
                .seed(initiator().writeMessage1(new byte[0]));
    }

    /** Message 1 is plain text: whatever is long enough is read as it stands. */
    private static String checkMessage1(byte[] input) {
        IxHandshake responder = IxHandshake.responder(SUITE, keys(3), keys(4));
        MessageRead read = responder.readMessage1(input);
        responder.destroy();
        return switch (read) {
            case MessageRead.Rejected(MessageRead.Reason reason) -> {
                assertThat(input.length).isLessThan(2 * KEY_BYTES);
                yield reason.name();
            }
            case MessageRead.Read(Bytes payload, Bytes remote) -> {
                assertThat(remote).isEqualTo(Bytes.copyOf(input, KEY_BYTES, KEY_BYTES));
                assertThat(payload)
                        .isEqualTo(
                                Bytes.copyOf(input, 2 * KEY_BYTES, input.length - 2 * KEY_BYTES));
                yield "read";
            }
        };
    }

    private static FuzzTarget message2() {
        IxHandshake responder = IxHandshake.responder(SUITE, keys(3), keys(4));
        responder.readMessage1(initiator().writeMessage1(new byte[0]));
        byte[] genuine =
                Objects.requireNonNull(
                        responder.writeMessage2("payload".getBytes(StandardCharsets.UTF_8)));
        return FuzzTarget.of("noise-message-2", input -> checkMessage2(input, genuine))
                .seed(genuine)
                .mostBytes(512);
    }

    /** Nobody but the responder can make one, and one that was refused does no harm to the genuine one. */
    private static String checkMessage2(byte[] input, byte[] genuine) {
        IxHandshake initiator = initiator();
        initiator.writeMessage1(new byte[0]);
        MessageRead read = initiator.readMessage2(input);
        boolean isGenuine = Arrays.equals(input, genuine);
        if (read instanceof MessageRead.Rejected(MessageRead.Reason reason)) {
            assertThat(isGenuine).isFalse();
            assertThat(initiator.readMessage2(genuine)).isInstanceOf(MessageRead.Read.class);
            initiator.destroy();
            return reason.name();
        }
        assertThat(isGenuine).isTrue();
        initiator.destroy();
        return "read";
    }

    private static FuzzTarget addresses() {
        return FuzzTarget.of("addresses", WireFuzzTest::checkAddresses)
                .seed("192.0.2.7:4242")
                .seed("[2001:db8::192.0.2.7]:65535")
                .seed("fe80::1%eth0")
                .seed("10.42.0.0/16")
                .seed("::ffff:10.0.0.1/120")
                .words("::", "0", "ffff", ".", "[", "]:", "/128", "%")
                .mostBytes(200)
                .mayAllocate(64 << 10, 128);
    }

    /** What is printed reads as the same. */
    private static String checkAddresses(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        Ip ip = Ip.parse(text);
        Cidr cidr = Cidr.parse(text);
        UnderlayAddr underlay = UnderlayAddr.parse(text);
        if (ip != null) {
            assertThat(Ip.of(ip.toString())).isEqualTo(ip);
        }
        if (cidr != null) {
            assertThat(Cidr.of(cidr.toString())).isEqualTo(cidr);
            assertThat(cidr.masked().contains(cidr.address())).isTrue();
        }
        if (underlay != null) {
            assertThat(UnderlayAddr.of(underlay.toString())).isEqualTo(underlay);
        }
        return (ip == null ? "" : "ip" + ip.isIpv4())
                + (cidr == null ? "" : "cidr" + cidr.isIpv4())
                + (underlay == null ? "" : "underlay" + underlay.ip().isIpv4());
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
