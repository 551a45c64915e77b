package dev.asterism.overlay.handshake;

import dev.asterism.overlay.cert.Claim;
import dev.asterism.overlay.event.EventSampler;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.RelayLeg;

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
    private final RefusedPeers refused = new RefusedPeers();

    RejectionReport(EventSink events, HandshakeCounters counters) {
        this.events = events;
        this.counters = counters;
    }

    /**
     * @param stage 1 when we were asked, 2 when we were answered
     */
    void rejected(Path from, int stage, HandshakeStep.Rejected why, Tick now) {
        HandshakeRejection reason = why.reason();
        Claim claim = why.claim();
        counters.countRejected(reason);
        if (reason == HandshakeRejection.BLOCKLISTED && claim instanceof Claim.WellFormed shown) {
            refused.refused(
                    new RefusedPeers.Peer(shown.name(), shown.addresses(), shown.id()),
                    why.detail(),
                    now);
        }
        events.emit(new HandshakeEvent.Rejected(from, stage, reason, why.detail()));
        if (!reason.isWorthTelling()) {
            return;
        }
        onTimer(now);
        if (sampler.isFirst(reason, sourceOf(from), now.nanos())) {
            events.emit(
                    new HandshakeEvent.PeerRejected(
                            from,
                            reason,
                            why.detail(),
                            claim == null ? "" : shortened(claim.name()),
                            claim == null ? "" : claim.issuerText()));
        }
    }

    RefusedPeers refused() {
        return refused;
    }

    /** So many more of which nothing was decoded: counted, and said with the next sum. */
    void untrusted(Path from, int times, Tick now) {
        counters.countRejected(HandshakeRejection.UNKNOWN_CA, times);
        sampler.isFirst(HandshakeRejection.UNKNOWN_CA, sourceOf(from), times, now.nanos());
    }

    /** What tells senders apart: behind a relay that is the overlay address. */
    private static Ip sourceOf(Path from) {
        return switch (from) {
            case Path.Direct(UnderlayAddr address) -> address.ip();
            case Path.Relayed(RelayLeg leg) -> leg.peer();
        };
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
