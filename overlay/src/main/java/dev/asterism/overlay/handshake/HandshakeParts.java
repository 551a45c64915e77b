package dev.asterism.overlay.handshake;

/** What both halves of handshaking share. */
record HandshakeParts(
        PendingTable pending,
        LocalIndexes indexes,
        HandshakeClock clock,
        PeerVerifier verifier,
        RejectionReport refusals,
        HandshakeCounters counters) {}
