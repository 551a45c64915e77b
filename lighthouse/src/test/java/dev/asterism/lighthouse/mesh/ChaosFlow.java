package dev.asterism.lighthouse.mesh;

import dev.asterism.mesh.Mesh;
import dev.asterism.mesh.MeshHost;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.sim.Delivery;
import dev.asterism.sim.Flow;
import dev.asterism.sim.IpPackets;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Packets from one host to another, and how long none came: a small one every 50 ms, and a TCP segment as large as the
 * device allows every 200 ms. Segments are never sent again, so that no timer of a sender hides or lengthens anything.
 *
 * <p>The flow is dark from the latest of these: the last packet that came; since when the ends have had any working
 * path; when a path that worked broke, an end started anew or its NAT forgot. Only the last needs an argument: what was
 * used until then, or was about to be, is gone, and nothing can have told the ends.
 */
final class ChaosFlow {

    private static final Duration DARK = Duration.ofSeconds(3);

    /**
     * A small MTU is told from loss by five small requests, of which four must be answered (docs/adr/0030-path-mtu.md).
     * Where 3 % are lost each way that fails once in 25 times, and the next question comes a second later: two such
     * failures in a row are allowed for.
     */
    private static final Duration DARK_WHERE_PACKETS_ARE_LOST = Duration.ofSeconds(5);

    private static final Duration ALIVE = Duration.ofMillis(500);
    private static final int LARGE_EVERY = 4;
    private static final int SEGMENT = 1_260;
    private static final int IPV4_TCP = 40;
    private static final int TCP_AT = 20;
    private static final int TCP = 6;

    private final Mesh mesh;
    private final int one;
    private final int other;
    private final MeshHost from;
    private final MeshHost to;
    private final String text;
    private final Set<Integer> segmentStarts = new HashSet<>();
    private long sent;
    private long came;
    private int paths;
    private long lastSmall;
    private long lastLarge;
    private int sequence;
    private int received;

    ChaosFlow(Mesh mesh, List<MeshHost> stations, int one, int other) {
        this.mesh = mesh;
        this.one = one;
        this.other = other;
        from = stations.get(one);
        to = stations.get(other);
        text = from.name() + " to " + to.name();
        disturbed();
        to.sim().onDelivery(this::arrived);
    }

    int one() {
        return one;
    }

    int other() {
        return other;
    }

    private long now() {
        return mesh.sim().clock().nanos();
    }

    void send() {
        from.sendTo(to, text);
        if (sent++ % LARGE_EVERY == 0) {
            Flow flow = new Flow(from.address(), 4_000, to.address(), 80);
            from.sim().inject(IpPackets.tcp(flow, IpPackets.TCP_ACK, sequence, new byte[SEGMENT]));
            sequence += SEGMENT;
        }
    }

    private void arrived(Delivery delivery) {
        if (delivery.text().equals(text)) {
            came++;
            lastSmall = now();
            return;
        }
        Bytes packet = delivery.packet();
        if (packet.at(9) == TCP && packet.asSegment().asSlice(12, 4).mismatch(source()) < 0) {
            int start = word(packet, TCP_AT + 4);
            if (!segmentStarts.add(start)) {
                throw new AssertionError(text + ": a TCP segment came twice");
            }
            int end = start + packet.length() - IPV4_TCP;
            if (end > received && end % SEGMENT == 0) {
                received = end;
                lastLarge = now();
            }
        }
    }

    private MemorySegment source() {
        return Bytes.owning(from.address().toBytes()).asSegment();
    }

    private static int word(Bytes packet, int at) {
        return (packet.at(at) & 0xFF) << 24
                | (packet.at(at + 1) & 0xFF) << 16
                | (packet.at(at + 2) & 0xFF) << 8
                | packet.at(at + 3) & 0xFF;
    }

    /** An end lost what it knew, or is no longer where it was. */
    void disturbed() {
        lastSmall = now();
        lastLarge = lastSmall;
    }

    /** The path has other limits. */
    void sizeChanged() {
        lastLarge = now();
    }

    void requireHeard() {
        if (came == 0 || received == 0) {
            throw new AssertionError(text + ": nothing came before the first fault");
        }
    }

    /**
     * Throws when it has been dark for too long.
     *
     * @param working the paths that work now, one bit for each
     * @param loses whether single packets are lost everywhere
     */
    void look(int working, boolean loses) {
        if (working == 0 || (paths & ~working) != 0 || paths == 0) {
            disturbed();
        }
        paths = working;
        long now = now();
        require(now - lastSmall, DARK, "small packets");
        if (now - lastSmall > ALIVE.toNanos()) {
            // First a path must be found, then what it carries.
            sizeChanged();
        }
        require(now - lastLarge, loses ? DARK_WHERE_PACKETS_ARE_LOST : DARK, "large packets");
    }

    private void require(long silence, Duration most, String what) {
        if (silence > most.toNanos()) {
            throw new AssertionError(
                    text
                            + ": "
                            + what
                            + " dark for more than "
                            + most
                            + " with paths "
                            + Integer.toBinaryString(paths));
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
