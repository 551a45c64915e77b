package dev.asterism.sim;

import dev.asterism.overlay.io.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A packet that a node wrote to its TUN, whole and with checksums, as the host's stack gets it.
 *
 * @param probe number of the probe inside, -1 when there is none
 */
public record Delivery(long nanos, SimHost host, Bytes packet, long probe) {

    public @Nullable ParsedPacket parsed() {
        return ParsedPacket.parse(packet);
    }

    /** Text of the probe; empty when there is none. */
    public String text() {
        ParsedPacket parsed = parsed();
        return parsed == null ? "" : Probe.textOf(parsed.payload());
    }

    public boolean checksumsHold() {
        return InternetChecksum.holds(packet.toArray());
    }
}
