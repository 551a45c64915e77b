package dev.asterism.overlay.handshake;

import dev.asterism.overlay.io.Tick;

/**
 * Times for handshake payloads: the wall clock, but never the same or an earlier one twice, as peers refuse what
 * looks older than what they have (spec wire.md 5.4).
 */
final class HandshakeClock {

    private long last;

    long next(Tick now) {
        last = Math.max(now.unixNanos(), last + 1);
        return last;
    }
}
