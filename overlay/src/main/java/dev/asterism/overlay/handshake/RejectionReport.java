package dev.asterism.overlay.handshake;

import dev.asterism.overlay.event.EventSampler;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.UnderlayAddr;

/**
 * Tells of refused handshakes: each one to those who look closely, and of what a wrong setup causes the first one for each cause and
 * source prefix to everybody, then a count each minute. Control plane only.
 */
final class RejectionReport {

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
    void refused(
            UnderlayAddr from,
            int stage,
            HandshakeRejection reason,
            String detail,
            ClaimedIdentity claimed,
            Tick now) {
        counters.countRejected(reason);
        events.emit(new HandshakeEvent.Rejected(from, stage, reason, detail));
        if (!reason.isWorthTelling()) {
            return;
        }
        onTimer(now);
        if (sampler.isFirst(reason, from.ip(), now.nanos())) {
            events.emit(
                    new HandshakeEvent.PeerRejected(
                            from, reason, detail, claimed.name(), claimed.issuer()));
        }
    }

    /** So many more of which nothing was decoded: counted, and said with the next sum. */
    void untrusted(UnderlayAddr from, int times, Tick now) {
        counters.countRejected(HandshakeRejection.UNKNOWN_CA, times);
        sampler.isFirst(HandshakeRejection.UNKNOWN_CA, from.ip(), times, now.nanos());
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
