package dev.asterism.overlay.handshake;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.handshake.PendingHandshakes.Pending;
import dev.asterism.overlay.handshake.PendingHandshakes.Started;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.Tunnel;
import java.util.ArrayList;
import java.util.List;

/** Ends handshakes of ours: judges message 2 and makes the tunnel (spec wire.md 5.5). */
final class HandshakeCompletion {

    private static final int STAGE = 2;

    private final HandshakeEnv env;
    private final HandshakeParts parts;
    private final PendingHandshakes pending;
    private final EventSink events;

    /** Of all pending handshakes together. */
    private final JunkRateLimiter junk = new JunkRateLimiter(500, 100);

    HandshakeCompletion(HandshakeParts parts, EventSink events) {
        this.env = parts.env();
        this.parts = parts;
        this.pending = parts.pending();
        this.events = events;
    }

    /**
     * @param index the header's remote index, which names our pending handshake
     */
    Message2Outcome message2(Path from, int index, Bytes datagram, Tick now) {
        Pending handshake = pending.byIndex(index);
        if (handshake == null) {
            return ignore(from, HandshakeRejection.NOT_PENDING, "", now);
        }
        if (!env.settings().get().remotePolicy().allows(List.of(handshake.overlay), from)) {
            return ignore(from, HandshakeRejection.ADDRESS_DENIED, "", now);
        }
        boolean tried = handshake.wasTried(from);
        if (handshake.junk.isSpent(tried, now.nanos()) || junk.isSpent(tried, now.nanos())) {
            return ignore(from, HandshakeRejection.OVER_BUDGET, "", now);
        }
        Message2Outcome outcome = follow(handshake, from, datagram, now);
        if (outcome instanceof Message2Outcome.Ignored) {
            handshake.junk.spend(tried, now.nanos());
            junk.spend(tried, now.nanos());
        }
        return outcome;
    }

    /**
     * Whoever saw our message 1 can make a message 2 that opens, so nothing changes until the
     * certificate in it is judged. Nebula gives up the handshake when that fails; here it goes on,
     * so that the genuine answer wins.
     */
    private Message2Outcome follow(Pending handshake, Path from, Bytes datagram, Tick now) {
        Started started = handshake.started();
        if (started == null) {
            return ignore(from, HandshakeRejection.NOT_PENDING, "", now);
        }
        HandshakeMachine machine = started.machine();
        return switch (machine.read(datagram)) {
            case HandshakeStep.Rejected rejected -> ignore(from, rejected, now);
            case HandshakeStep.Claimed claimed ->
                    switch (machine.verify(claimed, env.settings().get().cas(), () -> true, now)) {
                        case HandshakeStep.Rejected rejected -> ignore(from, rejected, now);
                        case HandshakeStep.Verified verified ->
                                complete(handshake, machine, from, verified, now);
                    };
        };
    }

    private Message2Outcome complete(
            Pending handshake,
            HandshakeMachine machine,
            Path from,
            HandshakeStep.Verified verified,
            Tick now) {
        Certificate peer = verified.peer().certificate();
        HandshakeRejection refusal = env.settings().get().refusal(peer, from);
        if (refusal != null) {
            return ignore(from, refusal, peer.name(), now);
        }
        return switch (machine.finish(verified, now)) {
            case HandshakeStep.Rejected rejected -> ignore(from, rejected, now);
            case HandshakeStep.Established done -> completed(handshake, from, done, now);
        };
    }

    private Message2Outcome completed(
            Pending handshake, Path from, HandshakeStep.Established done, Tick now) {
        pending.remove(handshake);
        Tunnel tunnel = parts.tunnel(done, from);
        List<QueuedMessage> waiting = new ArrayList<>(pending.takeWaiting(handshake));
        if (!tunnel.addresses().contains(handshake.overlay)) {
            events.emit(
                    new HandshakeEvent.WrongHost(
                            handshake.overlay, tunnel.addresses(), tunnel.peerName(), from));
            parts.counters().countWrongHost();
            if (from instanceof Path.Direct(UnderlayAddr address)) {
                env.directory().remotesOf(handshake.overlay).block(address);
            }
            env.tunnels().awaited().remove(done.localIndex());
            return new Message2Outcome.WrongHost(tunnel, handshake.overlay, waiting);
        }
        for (Ip other : tunnel.served()) {
            Pending beside = pending.byOverlay(other);
            if (beside != null) {
                waiting.addAll(pending.takeWaiting(beside));
            }
        }
        long durationNanos = now.nanos() - handshake.startedNanos;
        parts.counters().countCompleted(durationNanos);
        handshake.tellRoundTrip(tunnel, now);
        handshake.tellPaths(tunnel, from, now);
        return new Message2Outcome.Completed(tunnel, waiting, durationNanos);
    }

    private Message2Outcome ignore(Path from, HandshakeRejection reason, String detail, Tick now) {
        return ignore(from, new HandshakeStep.Rejected(reason, detail), now);
    }

    private Message2Outcome ignore(Path from, HandshakeStep.Rejected why, Tick now) {
        parts.rejections().rejected(from, STAGE, why, now);
        return new Message2Outcome.Ignored();
    }
}
