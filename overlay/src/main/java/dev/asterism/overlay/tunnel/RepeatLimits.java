package dev.asterism.overlay.tunnel;

/** Limits of what a repeated message 1, which anybody can send, or the peer itself may cause again and again. */
public final class RepeatLimits {

    private static final RateLimit.Rate ANSWERS = new RateLimit.Rate(10, 20);

    /** Message 2 again, to where the tunnel leads: a peer that lost it needs it. */
    public final RateLimit answers = new RateLimit(ANSWERS);

    /** Message 2 again, to other sources. */
    public final RateLimit answersElsewhere = new RateLimit(ANSWERS);

    /** Tests because of a message 1 that is older than the session. */
    public final RateLimit tests = new RateLimit(1, 1);

    /** Handshakes with hosts to which the peer wants packets relayed. */
    public final RateLimit relayTargets = new RateLimit(2, 32);
}
