package dev.asterism.overlay.lane;

import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.path.RelayLeg;
import dev.asterism.overlay.tunnel.Session;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import java.lang.foreign.MemorySegment;

/** What stands around a datagram in a relay packet: a header before it and a tag behind it (spec wire.md 3.1, 8.6). */
final class RelayFrame {

    private RelayFrame() {}

    /**
     * Writes both around the {@code length} bytes that stand a header's length behind {@code at}: they stay as they
     * are, and the session with the neighbour vouches for them. Allocates nothing.
     *
     * @return false, with nothing written, when that session has no counter left
     */
    static boolean write(
            AeadContext cipher, RelayLeg leg, MemorySegment slab, long at, int length) {
        long counter = leg.nextCounter();
        if (counter == Session.EXHAUSTED) {
            return false;
        }
        Header.write(
                slab,
                at,
                MessageType.MESSAGE,
                MessageType.MESSAGE_RELAY,
                leg.remoteIndex(),
                counter);
        int authentic = Header.LENGTH + length;
        // No plaintext. Its place is in the same memory, as a native cipher would otherwise copy
        // the bytes that the tag covers.
        cipher.seal(leg.sendKey(), counter, slab, at, authentic, slab, at + authentic, 0);
        return true;
    }
}
