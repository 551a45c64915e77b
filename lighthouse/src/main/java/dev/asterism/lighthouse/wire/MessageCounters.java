package dev.asterism.lighthouse.wire;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counters of discovery, named in the spec (behaviour.md 7). Written by the control plane, read on any thread.
 */
public final class MessageCounters {

    private final LongAdder[] received = adders();
    private final LongAdder[] sent = adders();
    private final LongAdder malformed = new LongAdder();
    private final LongAdder queriesDropped = new LongAdder();
    private final LongAdder queriesLimited = new LongAdder();
    private final LongAdder notificationsLimited = new LongAdder();
    private final LongAdder punches = new LongAdder();
    private final LongAdder punchesDropped = new LongAdder();

    private static LongAdder[] adders() {
        LongAdder[] adders = new LongAdder[MessageKind.values().length];
        for (int i = 0; i < adders.length; i++) {
            adders[i] = new LongAdder();
        }
        return adders;
    }

    public void countReceived(MessageKind kind) {
        received[kind.number()].increment();
    }

    public void countSent(MessageKind kind) {
        sent[kind.number()].increment();
    }

    public void countMalformed() {
        malformed.increment();
    }

    public void countQueryDropped() {
        queriesDropped.increment();
    }

    public void countQueryLimited() {
        queriesLimited.increment();
    }

    public void countPunchNotificationLimited() {
        notificationsLimited.increment();
    }

    public void countPunch() {
        punches.increment();
    }

    public void countPunchDropped() {
        punchesDropped.increment();
    }

    /** {@code lighthouse.rx.KIND}. */
    public long received(MessageKind kind) {
        return received[kind.number()].sum();
    }

    /** {@code lighthouse.tx.KIND}. */
    public long sent(MessageKind kind) {
        return sent[kind.number()].sum();
    }

    /** Payloads that were no message, or of a kind nobody knows. */
    public long malformed() {
        return malformed.sum();
    }

    /** {@code lighthouse.query.dropped}. */
    public long queriesDropped() {
        return queriesDropped.sum();
    }

    /** Queries of members that ask more often than they may. */
    public long queriesLimited() {
        return queriesLimited.sum();
    }

    /** Hosts that were not told of a querier, as they had been told less than a second before. */
    public long punchNotificationsLimited() {
        return notificationsLimited.sum();
    }

    /** Datagrams sent because a lighthouse asked; part of {@code messages.tx.punchy}. */
    public long punches() {
        return punches.sum();
    }

    /** Punches not sent: over the budget of their target, or a full schedule. */
    public long punchesDropped() {
        return punchesDropped.sum();
    }
}
