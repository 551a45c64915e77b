package dev.asterism.overlay.tunnel;

/**
 * What the node has seen of the path to a peer: the round trip time of the handshake and of test
 * requests, how many bytes went each way and how many packets of the peer were lost between two
 * looks. Nothing is counted here that lanes do not count anyway. Nanoseconds, bytes. Belongs to one
 * tunnel; control plane only.
 */
public final class PathQuality {

    /** No round trip time is known. */
    public static final long UNKNOWN = -1;

    /** A share of loss of an interval in which nothing came. */
    public static final double NOTHING_CAME = -1;

    /** An answer that takes longer is not told apart from one that was lost. */
    private static final long ANSWER_NANOS = 5_000_000_000L;

    /** Below it a rate is that of the interval before: a look right after a look sees a packet or none. */
    private static final long SHORTEST_INTERVAL_NANOS = 1_000_000_000L;

    /** A test request and its answer, in both directions: what measuring itself adds to an interval. */
    private static final int PACKETS_OF_MEASURING = 2;

    private long rttNanos = UNKNOWN;
    private long rttAtNanos;
    private boolean rough;

    private long answers;
    private int openTests;
    private boolean ambiguous;
    private long testSentNanos;

    /** Of those without an answer the first one: its age says when to give them up. */
    private long firstOpenNanos;

    private long lookedNanos;
    private Seen seen = Seen.NOTHING;
    private Rate lastRate = Rate.NONE;

    /** What had been counted at a look. */
    private record Seen(
            long packetsIn,
            long packetsOut,
            long bytesIn,
            long bytesOut,
            long newestCounter,
            long missing) {

        static final Seen NOTHING = new Seen(0, 0, 0, 0, 0, 0);

        static Seen of(Tunnel tunnel) {
            Traffic traffic = tunnel.traffic();
            ReplayWindow window = tunnel.session().window();
            return new Seen(
                    traffic.packetsIn(),
                    traffic.packetsOut(),
                    traffic.bytesIn(),
                    traffic.bytesOut(),
                    window.current(),
                    window.missing());
        }
    }

    /** Bytes per second. */
    public record Rate(long in, long out) {

        static final Rate NONE = new Rate(0, 0);

        /** Most tunnels of a lighthouse are idle at most looks. */
        static Rate of(long in, long out) {
            return in == 0 && out == 0 ? NONE : new Rate(in, out);
        }
    }

    /**
     * What an interval between two looks has shown.
     *
     * @param used whether more went each way than measuring itself makes
     * @param loss share of the peer's packets that did not come, or {@link #NOTHING_CAME}
     */
    public record Interval(boolean used, double loss) {}

    /**
     * Message 2 came so long after message 1: a round trip and the work of both ends, which is most
     * of it on a short path.
     */
    public void handshakeTook(long nanos, long nowNanos) {
        measured(nanos, nowNanos);
        rough = true;
    }

    private void measured(long nanos, long nowNanos) {
        rttNanos = nanos;
        rttAtNanos = nowNanos;
        rough = false;
    }

    /** Whether it is that of the handshake. */
    public boolean isRough() {
        return rough;
    }

    /** The last one that was measured, or {@link #UNKNOWN}. */
    public long rttNanos() {
        return rttNanos;
    }

    /** When it was measured. */
    public long rttAtNanos() {
        return rttAtNanos;
    }

    /** A test request was sent to where the tunnel leads. */
    public void testSent(long nowNanos) {
        if (openTests == 0 || nowNanos - firstOpenNanos >= ANSWER_NANOS) {
            openTests = 1;
            firstOpenNanos = nowNanos;
            ambiguous = false;
        } else {
            openTests++;
            ambiguous = true; // an answer does not say which of them it is to
        }
        testSentNanos = nowNanos;
    }

    /** An answer to a test request came; true when it gave a round trip time. */
    public boolean answered(long nowNanos) {
        answers++;
        if (openTests == 0) {
            return false;
        }
        openTests--;
        long nanos = nowNanos - testSentNanos;
        if (ambiguous || nanos >= ANSWER_NANOS) {
            return false;
        }
        measured(nanos, nowNanos);
        return true;
    }

    /** Answers to test requests so far, whatever they measured. */
    public long answers() {
        return answers;
    }

    /** A packet came from another address than the tunnel's, so the next answer may be to a request sent there. */
    public void heardElsewhere() {
        ambiguous = true;
    }

    /** Packets go elsewhere from now on: what was measured is of another path. */
    public void pathChanged() {
        rttNanos = UNKNOWN;
        ambiguous = true;
    }

    /** The first look. */
    void begin(Tunnel tunnel, long nowNanos) {
        lookedNanos = nowNanos;
        seen = Seen.of(tunnel);
    }

    /** Ends an interval and begins the next one. */
    public Interval look(Tunnel tunnel, long nowNanos) {
        Seen before = seen;
        lastRate = rate(tunnel, nowNanos);
        lookedNanos = nowNanos;
        seen = Seen.of(tunnel);
        return new Interval(
                seen.packetsIn - before.packetsIn > PACKETS_OF_MEASURING
                        && seen.packetsOut - before.packetsOut > PACKETS_OF_MEASURING,
                loss(before, seen));
    }

    private static double loss(Seen before, Seen after) {
        long sent = after.newestCounter - before.newestCounter;
        if (sent <= 0) {
            return NOTHING_CAME;
        }
        // One that is only late counts as lost in one interval and makes up for it in the next.
        return Math.clamp((double) (after.missing - before.missing) / sent, 0, 1);
    }

    /** Since the last look, or between the last two when that was just now. */
    public Rate rate(Tunnel tunnel, long nowNanos) {
        long elapsed = nowNanos - lookedNanos;
        if (elapsed < SHORTEST_INTERVAL_NANOS) {
            return lastRate;
        }
        Traffic traffic = tunnel.traffic();
        return Rate.of(
                perSecond(traffic.bytesIn() - seen.bytesIn, elapsed),
                perSecond(traffic.bytesOut() - seen.bytesOut, elapsed));
    }

    private static long perSecond(long bytes, long nanos) {
        // Lanes that add at the same time may lose a count, so that a sum may even fall.
        return Math.max(0, Math.round(bytes * 1e9 / nanos));
    }
}
