package dev.asterism.overlay.node;

import dev.asterism.overlay.discovery.PeerDiscovery;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.handshake.Initiator;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.relay.RelayEntry;
import dev.asterism.overlay.relay.RelayNegotiator;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The components that test whether paths still work, or work again. Control plane's thread only. */
final class PathProbes {

    private final TunnelTable tunnels;
    private final SilenceProbe silence;
    private final DirectReturn directs;
    private final Keepalive keepalive;
    private final StandbyRelays standbys;
    private final PathChooser chooser;
    private final RelayNegotiator relays;

    PathProbes(
            NodeCore core,
            PeerDiscovery discovery,
            Initiator initiator,
            RelayNegotiator relays,
            EventSink events) {
        this.relays = relays;
        tunnels = core.tunnels();
        var snapshots = core.control().snapshots();
        directs = new DirectReturn(tunnels, snapshots, discovery, core.sender(), events);
        silence = new SilenceProbe(tunnels, snapshots, initiator, core.sender(), relays.paths());
        standbys = new StandbyRelays(core, relays, silence, events);
        keepalive = new Keepalive(tunnels, snapshots, discovery, core.sender(), silence);
        chooser = new PathChooser(core, relays, initiator, standbys, events);
    }

    DirectReturn directs() {
        return directs;
    }

    StandbyRelays standbys() {
        return standbys;
    }

    PathChooser chooser() {
        return chooser;
    }

    /** Packets go to the peer and none comes back. */
    void silent(Tunnel tunnel, Tick now) {
        silence.silent(tunnel, now);
    }

    /** A handshake of ours was completed. */
    void established(Tunnel tunnel, Tick now) {
        silence.established(tunnel, now);
    }

    /** A punch, which proves nothing, came from there. */
    void punched(UnderlayAddr from, Tick now) {
        silence.punched(from, now);
        directs.punched(from, now);
    }

    /** The peer has tested one of the relays by which it may send. */
    void relayTested(Tunnel tunnel, @Nullable Path by) {
        silence.heardByTest(tunnel, by);
    }

    /**
     * A test request through a relay was answered. It counts for the standby relays and for the choice of a path,
     * whichever of them has sent it.
     *
     * @param by the path by which the answer came, which may be another one
     */
    void relayAnswered(Tunnel tunnel, Bytes payload, @Nullable Path by, Tick now) {
        RelayEntry tested = relays.entry(ByteBuffer.wrap(payload.toArray()).getInt(1));
        if (tested == null
                || !tested.isUsable()
                || !tunnel.addresses().contains(tested.peer())
                || !tunnels.isPrimary(tunnel)) {
            return;
        }
        tunnel.watch().paths.of(tested.path()).answered(now.nanos());
        standbys.answered(tunnel, tested, by, now);
        silence.heardByTest(tunnel, by);
        chooser.answered(tunnel, tested, now);
    }

    int onTimer(Tick now) {
        return silence.onTimer(now)
                + keepalive.onTimer(now)
                + directs.onTimer(now)
                + standbys.onTimer(now)
                + chooser.onTimer(now);
    }

    long nextDeadlineNanos() {
        return Math.min(
                Math.min(
                        silence.nextDeadlineNanos(),
                        Math.min(standbys.nextDeadlineNanos(), chooser.nextDeadlineNanos())),
                Math.min(keepalive.nextDeadlineNanos(), directs.nextDeadlineNanos()));
    }
}
