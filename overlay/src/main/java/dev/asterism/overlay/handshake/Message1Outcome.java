package dev.asterism.overlay.handshake;

import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;

/** What became of a message 1. */
public sealed interface Message1Outcome {

    /** The tunnel is not in the table yet; its message 2 goes out after it is. */
    record Accepted(Tunnel tunnel, TunnelTable.TunnelRank standing) implements Message1Outcome {}

    /** The same bytes made this tunnel before: the stored message 2 is the answer. */
    record AlreadySeen(Tunnel tunnel) implements Message1Outcome {}

    /** A newer session exists: it is to be tested, nothing else. */
    record TooOld(Tunnel newer) implements Message1Outcome {}

    /** Silence is the answer. */
    record Rejected() implements Message1Outcome {}
}
