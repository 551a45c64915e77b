package dev.asterism.overlay.handshake;

import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.view.HandshakeView;
import java.util.List;

/** Both halves of handshaking with what they share: indexes, times, pending handshakes. */
public final class Handshakes {

    private final HandshakeEnv world;
    private final PendingTable pending = new PendingTable();
    private final KnownPrefixes known = new KnownPrefixes();
    private final HandshakeCounters counters = new HandshakeCounters();
    private final RejectionReport refusals;
    private final Initiator initiator;
    private final Responder responder;

    public Handshakes(HandshakeEnv world, EventSink events) {
        this.world = world;
        HandshakeClock clock = new HandshakeClock();
        LocalIndexes indexes =
                new LocalIndexes(
                        world.random(),
                        index ->
                                world.tunnels().byIndex(index) != null
                                        || pending.byIndex(index) != null);
        refusals = new RejectionReport(events, counters);
        HandshakeParts parts =
                new HandshakeParts(pending, indexes, clock, new PeerVerifier(), refusals, counters);
        initiator = new Initiator(world, parts, events);
        responder = new Responder(world, parts, new HandshakeRateLimiter(known));
    }

    /** Runs what is due; returns how much. */
    public int onTimer(Tick now) {
        refusals.onTimer(now);
        return initiator.onTimer(now);
    }

    public long nextDeadlineNanos() {
        return Math.min(initiator.nextDeadlineNanos(), refusals.nextDeadlineNanos());
    }

    public Initiator initiator() {
        return initiator;
    }

    public Responder responder() {
        return responder;
    }

    /** Lanes have dropped so many messages 1 whose certificates name no CA of ours, the last one from about there. */
    public void untrusted(UnderlayAddr from, int times, Tick now) {
        if (times > 0) {
            refusals.untrusted(from, times, now);
        }
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
     * @param at where an authenticated datagram of it came from
     */
    public void proven(Tunnel tunnel, UnderlayAddr at) {
        known.add(tunnel.peer().certificate().publicKey(), SourcePrefix.of(at.ip()));
    }

    public int pendingCount() {
        return pending.size();
    }

    /** Handshakes of ours without an answer yet, oldest first. */
    public List<HandshakeView> views(Tick now) {
        int most = world.config().handshakes().retries();
        return pending.all().stream()
                .map(handshake -> handshake.view(initiator.candidates(handshake), most, now))
                .toList();
    }

    /** Addresses that handshakes are looking for. */
    public List<Ip> pendingAddresses() {
        return pending.all().stream().map(handshake -> handshake.overlay).toList();
    }
}
