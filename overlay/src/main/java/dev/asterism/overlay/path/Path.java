package dev.asterism.overlay.path;

import dev.asterism.overlay.net.UnderlayAddr;
import org.jspecify.annotations.Nullable;

/**
 * How bytes reach a peer and, for a datagram that arrived, how its answer goes back. Immutable; lanes read the one of
 * a tunnel once for each packet. A path says nothing about whether it works.
 */
public sealed interface Path {

    /** Straight to the peer's underlay address. */
    record Direct(UnderlayAddr to) implements Path {

        @Override
        public String toString() {
            return to.toString();
        }
    }

    /**
     * Through another member that forwards (spec wire.md 8). The leg is live: what it says of the relay changes while
     * the path stays the same. Two paths over one leg are equal.
     */
    record Relayed(RelayLeg leg) implements Path {

        @Override
        public String toString() {
            return "relay " + leg.relay();
        }
    }

    static Path to(UnderlayAddr address) {
        return new Direct(address);
    }

    /** Where its datagrams go, as Nebula's log says it: an underlay address, with a mark when it is that of a relay. */
    default String underlayText() {
        return switch (this) {
            case Direct(UnderlayAddr to) -> to.toString();
            case Relayed(RelayLeg leg) -> leg.remote() + " (relayed)";
        };
    }

    /** The peer's underlay address on a direct path; null on any other. */
    default @Nullable UnderlayAddr remote() {
        return this instanceof Direct direct ? direct.to : null;
    }
}
