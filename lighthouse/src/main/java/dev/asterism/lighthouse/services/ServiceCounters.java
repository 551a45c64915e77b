package dev.asterism.lighthouse.services;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the exchange of services has counted since the start. Control plane only; a {@link #copy} is safe anywhere. */
public final class ServiceCounters {

    private long offersTaken;
    private long updatesSent;
    private long limited;
    private long malformed;
    private final Map<Refusal, Long> refused = new EnumMap<>(Refusal.class);
    private long refusedHere;
    private long contradicted;

    /**
     * As they stand.
     *
     * @param offersTaken on a lighthouse, offers of hosts that changed something
     * @param updatesSent on a lighthouse, messages that told somebody who offers a service
     * @param limited messages over the rate of their sender
     * @param malformed messages that cannot be read, or that only a lighthouse or only a host may send
     * @param refusedHere on a host that asks, entries whose host's certificate does not allow them
     * @param contradicted on a host that asks, answers of hosts that did not have a number which a lighthouse had told
     * @param byRule on a lighthouse, services of hosts that it did not take; rules without any may be missing
     */
    public record Copy(
            long offersTaken,
            long updatesSent,
            long limited,
            long malformed,
            long refusedHere,
            long contradicted,
            Map<Refusal, Long> byRule) {

        public static final Copy NOTHING = new Copy(0, 0, 0, 0, 0, 0, Collections.emptyMap());

        public Copy {
            byRule = Collections.unmodifiableMap(new LinkedHashMap<>(byRule));
        }

        public long refused(Refusal rule) {
            return byRule.getOrDefault(rule, 0L);
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
        refused.merge(rule, 1L, Long::sum);
    }

    void countRefusedHere() {
        refusedHere++;
    }

    void countContradicted() {
        contradicted++;
    }

    public Copy copy() {
        return new Copy(
                offersTaken, updatesSent, limited, malformed, refusedHere, contradicted, refused);
    }
}
