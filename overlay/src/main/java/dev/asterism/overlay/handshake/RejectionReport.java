package dev.asterism.overlay.handshake;

import dev.asterism.overlay.cert.Claim;
import dev.asterism.overlay.event.EventSampler;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.UnderlayAddr;

/**
 * Tells of rejected handshakes: each one to those who look closely, and of what a wrong setup
 * causes the first one for each cause and source prefix to everybody, then a count each minute.
 * Control plane only.
 */
final class RejectionReport {

    /** Characters of a claimed name that are told. */
    private static final int MAX_NAME_LENGTH = 64;

    private final EventSink events;
    private final HandshakeCounters counters;
    private final EventSampler<HandshakeRejection> sampler = new EventSampler<>();

    RejectionReport(EventSink events, HandshakeCounters counters) {
        this.events = events;
        this.counters = counters;
    }

    /**
     * @param stage 1 when we were asked, 2 when we were answered
     */
    void rejected(UnderlayAddr from, int stage, HandshakeStep.Rejected why, Tick now) {
        HandshakeRejection reason = why.reason();
        Claim claim = why.claim();
        counters.countRejected(reason);
        events.emit(new HandshakeEvent.Rejected(from, stage, reason, why.detail()));
        if (!reason.isWorthTelling()) {
            return;
        }
        onTimer(now);
        if (sampler.isFirst(reason, from.ip(), now.nanos())) {
            events.emit(
                    new HandshakeEvent.PeerRejected(
                            from,
                            reason,
                            why.detail(),
                            claim == null ? "" : shortened(claim.name()),
                            claim == null ? "" : claim.issuerText()));
        }
    }

    /** So many more of which nothing was decoded: counted, and said with the next sum. */
    void untrusted(UnderlayAddr from, int times, Tick now) {
        counters.countRejected(HandshakeRejection.UNKNOWN_CA, times);
        sampler.isFirst(HandshakeRejection.UNKNOWN_CA, from.ip(), times, now.nanos());
    }

    private static String shortened(String name) {
        return name.length() <= MAX_NAME_LENGTH ? name : name.substring(0, MAX_NAME_LENGTH) + "…";
    }

    void onTimer(Tick now) {
        for (EventSampler.Suppressed<HandshakeRejection> more : sampler.due(now.nanos())) {
            events.emit(
                    new HandshakeEvent.MorePeersRejected(
                            more.prefix(), more.cause(), more.times()));
        }
    }

    long nextDeadlineNanos() {
        return sampler.nextDeadlineNanos();
    }
}
