package dev.asterism.overlay.handshake;

import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.noise.NoiseCipher;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.StrangerDoor;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.view.HandshakeView;
import java.util.List;

/** Both halves of handshaking and what they share. Control plane's thread, but for {@link #counters}. */
public final class Handshakes {

    private final HandshakeEnv env;
    private final PendingHandshakes pending;
    private final KnownPrefixes known;
    private final HandshakeCounters counters = new HandshakeCounters();
    private final RejectionReport rejections;
    private final Initiator initiator;
    private final Responder responder;
    private final HandshakeRateLimiter budget;

    public Handshakes(HandshakeEnv env, EventSink events) {
        this.env = env;
        StrangerDoor door = env.tunnels().strangers();
        pending = new PendingHandshakes(env.tunnels().awaited());
        known = new KnownPrefixes(door);
        HandshakeMachine.Shared machines =
                new HandshakeMachine.Shared(
                        NoiseCipher.of(env.cipher(), env.ciphers()),
                        env.random(),
                        index ->
                                env.tunnels().byIndex(index) != null
                                        || pending.byIndex(index) != null,
                        new PeerVerifier(door));
        rejections = new RejectionReport(events, counters);
        HandshakeParts parts = new HandshakeParts(env, machines, pending, rejections, counters);
        initiator = new Initiator(parts, events);
        budget = new HandshakeRateLimiter(known, door);
        responder = new Responder(parts, budget);
    }

    /** Runs what is due; returns how much. */
    public int onTimer(Tick now) {
        rejections.onTimer(now);
        return initiator.onTimer(now);
    }

    public long nextDeadlineNanos() {
        return Math.min(initiator.nextDeadlineNanos(), rejections.nextDeadlineNanos());
    }

    public Initiator initiator() {
        return initiator;
    }

    public Responder responder() {
        return responder;
    }

    /** Lanes have dropped so many messages 1 whose certificates name no CA of ours, the last one from about there. */
    public void untrusted(Path from, int times, Tick now) {
        if (times > 0) {
            rejections.untrusted(from, times, now);
        }
    }

    /** Peers that block lists refuse; control plane's thread. */
    public RefusedPeers refused() {
        return rejections.refused();
    }

    /** What became of handshakes so far; any thread may read it. */
    public HandshakeCounters counters() {
        return counters;
    }

    /** Handshakes of ours that look for a host; control plane's thread. */
    public int pendingHosts() {
        return pending.size();
    }

    /** Of these, those whose message 1 has drawn an index; control plane's thread. */
    public int pendingIndexes() {
        return pending.indexes();
    }

    /** Where peers have proven themselves; for the control plane's thread. */
    public KnownPrefixes knownPrefixes() {
        return known;
    }

    /**
     * The peer of this tunnel is who it says.
     *
     * @param at how an authenticated datagram of it came; through a relay its place is its overlay address, by which
     *     the budgets count as well
     */
    public void proven(Tunnel tunnel, Path at) {
        known.add(tunnel.peer().certificate().publicKey(), SourcePrefix.of(at));
    }

    /** A peer has used the session that its message 1 made, for the first time. */
    public void confirmed(Tunnel tunnel, Tick now) {
        counters.countConfirmed();
        budget.confirmed(tunnel.peer().certificate().publicKey(), now.nanos());
    }

    /** Handshakes of ours without an answer yet, oldest first. */
    public List<HandshakeView> views(Tick now) {
        int most = env.settings().get().config().handshakes().retries();
        return pending.all().stream()
                .map(handshake -> handshake.view(initiator.candidates(handshake), most, now))
                .toList();
    }
}
