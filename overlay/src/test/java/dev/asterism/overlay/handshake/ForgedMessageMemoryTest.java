package dev.asterism.overlay.handshake;

import static dev.asterism.overlay.handshake.TestWorld.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.wire.Header;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What strangers leave behind in the heap: junk, and copies of a member's message 1 whose certificate was padded with
 * fields that decoders skip, each different, each as long as a message 1 may be. {@code -Dtest.forged=1000000} for the
 * figure of the whole attack; half of them are padded.
 */
class ForgedMessageMemoryTest {

    private static final int FORGED = Integer.getInteger("test.forged", 60_000);
    private static final int WARM_UP = 6_000;
    private static final long MAX_BYTES = 5L << 20;
    private static final int KEYS = 64;
    private static final Ip B = Ip.of("10.42.0.2");

    private final TestPki pki = TestPki.seeded(3);
    private final TestWorld a = new TestWorld(pki, pki.host("a", "10.42.0.1/16"), 1);
    private final TestWorld b = new TestWorld(pki, pki.host("b", "10.42.0.2/16"), 2);
    private final Random random = new Random(Long.getLong("test.seed", 7));
    private long tick;

    @Test
    void junkAndPaddedCertificatesLeaveNothingInTheHeap() {
        byte[] genuine = message1();
        flood(genuine, WARM_UP);
        long before = used();
        flood(genuine, FORGED);
        long left = used() - before;

        System.out.printf("%d forged messages left %d bytes%n", FORGED, left);
        assertThat(left).isLessThan(MAX_BYTES);
    }

    private void flood(byte[] genuine, int count) {
        for (int i = 0; i < count; i++) {
            Bytes forged = i % 2 == 0 ? padded(genuine) : junk(genuine);
            UnderlayAddr from = new UnderlayAddr(Ip.ofIpv4(random.nextInt()), 4242);
            tick += 500_000;
            if (b.handshakes.responder().answer(Path.to(from), forged, at(tick / 1e9))
                    instanceof Message1Outcome.Accepted(Tunnel tunnel, var standing)) {
                b.tunnels.add(tunnel, standing);
            }
            b.events.clear();
            b.sent.clear();
        }
    }

    private Bytes padded(byte[] genuine) {
        HandshakePayload payload = payload(genuine);
        int room = Responder.LONGEST_MESSAGE_1 - genuine.length - 16;
        byte[] cert = payload.cert().toArray();
        byte[] padded = Arrays.copyOf(cert, cert.length + 4 + room);
        byte[] field = {(byte) 0xFA, 0x07, (byte) (0x80 | room & 0x7F), (byte) (room >> 7)};
        System.arraycopy(field, 0, padded, cert.length, field.length);
        random.ints(8).forEach(at -> padded[padded.length - 1 - (at & 0x3FF)] = (byte) (at >> 10));
        byte[] encoded =
                new HandshakePayload(
                                Bytes.owning(padded),
                                random.nextInt() | 1,
                                0,
                                payload.time() + tick,
                                1)
                        .encode();
        byte[] whole = Arrays.copyOf(genuine, KEYS + Header.LENGTH + encoded.length);
        System.arraycopy(encoded, 0, whole, KEYS + Header.LENGTH, encoded.length);
        return Bytes.owning(whole);
    }

    private Bytes junk(byte[] genuine) {
        byte[] damaged = Arrays.copyOf(genuine, genuine.length + random.nextInt(3500));
        for (int i = 0; i < 4; i++) {
            damaged[Header.LENGTH + random.nextInt(damaged.length - Header.LENGTH)] =
                    (byte) random.nextInt();
        }
        return Bytes.owning(damaged);
    }

    private static HandshakePayload payload(byte[] genuine) {
        int at = Header.LENGTH + KEYS;
        return switch (HandshakePayload.decodeMessage1(
                Bytes.copyOf(genuine, at, genuine.length - at))) {
            case HandshakePayload.Decoded.Valid(HandshakePayload payload) -> payload;
            case HandshakePayload.Decoded.Invalid invalid ->
                    throw new AssertionError(invalid.toString());
        };
    }

    private byte[] message1() {
        a.knows(B, UnderlayAddr.of("192.0.2.2:4242"));
        a.handshakes.initiator().start(B, null, at(0));
        a.handshakes.initiator().onTimer(at(0));
        return List.copyOf(a.sent).getLast().datagram().toArray();
    }

    private static long used() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            memory.gc();
            least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
