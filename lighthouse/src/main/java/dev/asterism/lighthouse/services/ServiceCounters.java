package dev.asterism.lighthouse.services;

/** What the exchange of services has counted since the start. Control plane only; a {@link #copy} is safe anywhere. */
public final class ServiceCounters {

    private long offersTaken;
    private long updatesSent;
    private long limited;
    private long malformed;
    private final long[] refused = new long[Refusal.values().length];
    private long refusedHere;

    /**
     * As they stand.
     *
     * @param offersTaken on a lighthouse, offers of hosts that changed something
     * @param updatesSent on a lighthouse, messages that told somebody who offers a service
     * @param limited messages over the rate of their sender
     * @param malformed messages that cannot be read
     * @param refusedHere on a host that asks, entries whose host's certificate does not allow them
     */
    public record Copy(
            long offersTaken,
            long updatesSent,
            long limited,
            long malformed,
            long refusedHere,
            long[] byRule) {

        public static final Copy NOTHING = new Copy(0, 0, 0, 0, 0, new long[0]);

        /** On a lighthouse, services of hosts that it did not take by this rule. */
        public long refused(Refusal rule) {
            return byRule.length == 0 ? 0 : byRule[rule.ordinal()];
        }
    }

    void countTaken() {
        offersTaken++;
    }

    void countUpdate() {
        updatesSent++;
    }

    void countLimited() {
        limited++;
    }

    void countMalformed() {
        malformed++;
    }

    void countRefused(Refusal rule) {
        refused[rule.ordinal()]++;
    }

    void countRefusedHere() {
        refusedHere++;
    }

    public Copy copy() {
        return new Copy(offersTaken, updatesSent, limited, malformed, refusedHere, refused.clone());
    }
}
