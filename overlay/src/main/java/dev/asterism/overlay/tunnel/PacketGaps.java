package dev.asterism.overlay.tunnel;

/**
 * What the counters of received packets have told.
 *
 * @param lost packets that left the replay window without having come
 * @param duplicates authentic packets whose counter another lane had just accepted
 * @param outOfWindow authentic packets that the replay window had just left behind
 */
public record PacketGaps(long lost, long duplicates, long outOfWindow) {

    static final PacketGaps NONE = new PacketGaps(0, 0, 0);

    PacketGaps plus(ReplayWindow window) {
        return new PacketGaps(
                lost + window.lost(),
                duplicates + window.duplicates(),
                outOfWindow + window.outOfWindow());
    }
}
