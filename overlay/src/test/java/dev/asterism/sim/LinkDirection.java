package dev.asterism.sim;

import dev.asterism.overlay.io.Bytes;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One direction of a link while it is in use: its own random stream, and the order it must keep. */
final class LinkDirection {

    private static final long MIN_HOLD_NANOS = 1_000_000;

    private final SimRandom random;
    private @Nullable SimLink configured;
    private boolean cut;
    private long lastArrivalNanos = Long.MIN_VALUE;

    LinkDirection(SimRandom random) {
        this.random = random;
    }

    void configure(SimLink link) {
        configured = link;
    }

    void cut(boolean value) {
        cut = value;
    }

    boolean isCut() {
        return cut;
    }

    /**
     * Decides a datagram's fate.
     *
     * @param fallback the link to be when none was configured for this direction
     * @param arrivals gets (arrival time, datagram), once, twice or never
     * @param lost gets the reason when it is never
     */
    void carry(
            SimDatagram datagram,
            SimLink fallback,
            BiConsumer<Long, SimDatagram> arrivals,
            Consumer<String> lost) {
        SimLink link = configured == null ? fallback : configured;
        if (cut) {
            lost.accept("path cut");
        } else if (datagram.ipLength() > link.mtu()) {
            lost.accept("longer than the MTU of " + link.mtu());
        } else if (random.chance(link.faults().loss())) {
            lost.accept("link loss");
        } else {
            arrivals.accept(arrivalTime(link, datagram.sentNanos()), damage(link, datagram));
            if (random.chance(link.faults().duplication())) {
                arrivals.accept(arrivalTime(link, datagram.sentNanos()), damage(link, datagram));
            }
        }
    }

    private long arrivalTime(SimLink link, long sent) {
        long latency = link.latency().toNanos();
        long jitter = link.jitter().toNanos();
        long arrival = sent + latency + (jitter > 0 ? random.nextLong(jitter + 1) : 0);
        if (random.chance(link.faults().reordering())) {
            long unit = Math.max(latency, MIN_HOLD_NANOS);
            return arrival + unit + random.nextLong(3 * unit + 1);
        }
        lastArrivalNanos = Math.max(arrival, lastArrivalNanos);
        return lastArrivalNanos;
    }

    private SimDatagram damage(SimLink link, SimDatagram datagram) {
        if (datagram.content().isEmpty() || !random.chance(link.faults().corruption())) {
            return datagram;
        }
        byte[] bytes = datagram.content().toArray();
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
        return datagram.withContent(Bytes.owning(bytes));
    }
}
