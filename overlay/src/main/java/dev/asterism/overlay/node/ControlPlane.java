package dev.asterism.overlay.node;

import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.discovery.PeerDiscovery;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.handshake.HandshakeEnv;
import dev.asterism.overlay.handshake.HandshakeSettings;
import dev.asterism.overlay.handshake.Handshakes;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.CommandQueue;
import dev.asterism.overlay.lane.ControlCommand;
import dev.asterism.overlay.lane.LaneShared;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.lane.SnapshotCell;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.relay.RelayNegotiator;
import dev.asterism.overlay.relay.RelayPolicy;
import dev.asterism.overlay.relay.RelayTotals;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.overlay.wire.WireExtensions;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The only writer of the node's state: dispatches commands and timers to the component that owns them. One
 * duty cycle does a bounded amount of work for unauthenticated senders, so that a flood of first messages cannot starve
 * timers and peers.
 */
public final class ControlPlane implements DutyCycle {

    // Of each queue in a turn: a few milliseconds together, as a lighthouse's lane waits meanwhile
    // (docs/adr/0080).
    private static final int MAX_COMMANDS = 64;
    private static final int MAX_FROM_MEMBERS = 32;
    private static final int MAX_ANSWERS = 8;
    private static final int MAX_UNAUTHENTICATED = 4;

    private static final long STOOD_STILL_NANOS = 1_500_000_000L;

    private final NodeCore core;
    private final WaitingMessages waitingMessages;
    private final ControlSender sender;
    private final PeerDiscovery discovery;
    private final Handshakes handshakes;
    private final TunnelLifecycle keeper;
    private final RetiredSessions retired;
    private final RelayNegotiator relays;
    private final Roaming paths;
    private final PathProbes probes;
    private final PathMtu mtu;
    private final FlowTableWatch flows;
    private final DropLog drops;
    private final PeerMessages messages;
    private final HandshakeOutcomes outcomes;
    private long expectedNanos = Long.MAX_VALUE;

    /**
     * @param hostFinishesChecksums whether every lane's device takes packets with unfinished checksums
     * @param tunnelPublished called when a handshake of ours has become a tunnel that lanes can find
     */
    ControlPlane(
            NodeCore core,
            PeerDiscovery discovery,
            EventSink events,
            boolean hostFinishesChecksums,
            Runnable tunnelPublished) {
        this.core = core;
        LaneShared parts = core.control();
        TunnelTable tunnels = core.tunnels();
        SnapshotCell snapshots = parts.snapshots();
        drops = new DropLog(events);
        QueuedPacketFilter queuedPackets = new QueuedPacketFilter(parts, drops);
        this.sender = core.sender();
        this.discovery = discovery;
        flows = new FlowTableWatch(parts.firewall(), tunnels, events);
        relays = relays(events);
        handshakes = handshakes(hostFinishesChecksums, queuedPackets, events);
        waitingMessages =
                new WaitingMessages(tunnels, sender, queuedPackets, handshakes.initiator());
        retired = new RetiredSessions(parts.epochs());
        mtu = new PathMtu(tunnels, snapshots, sender, events);
        var followers = new TunnelLifecycle.Followers(mtu, retired, relays, handshakes.refused());
        keeper = new TunnelLifecycle(core, handshakes.initiator(), discovery, followers, events);
        probes = new PathProbes(core, discovery, handshakes.initiator(), relays, events);
        paths = roaming(events);
        outcomes =
                new HandshakeOutcomes(
                        handshakes,
                        new HandshakeOutcomes.Affected(keeper, paths, relays, probes),
                        sender,
                        retired,
                        waitingMessages,
                        tunnelPublished);
        messages = messages();
    }

    private RelayNegotiator relays(EventSink events) {
        SnapshotCell snapshots = core.control().snapshots();
        return new RelayNegotiator(
                core.tunnels(),
                core.relays(),
                core.crypto().random(),
                () -> relayPolicy(snapshots.get()),
                sender,
                events);
    }

    private Roaming roaming(EventSink events) {
        return new Roaming(core, keeper, handshakes.initiator(), relays, probes.directs(), events);
    }

    private Handshakes handshakes(
            boolean hostFinishesChecksums, QueuedPacketFilter queuedPackets, EventSink events) {
        SnapshotCell snapshots = core.control().snapshots();
        return new Handshakes(
                new HandshakeEnv(
                        () -> handshakeSettings(snapshots.get(), hostFinishesChecksums),
                        core.tunnels(),
                        discovery,
                        core.crypto().cipher(),
                        core.crypto().ciphers(),
                        core.crypto().random(),
                        new Message1Ways(sender, relays),
                        queuedPackets::neverSent),
                events);
    }

    private static RelayPolicy relayPolicy(NodeSnapshot snapshot) {
        OverlayConfig.Relay relay = snapshot.config().relay();
        return new RelayPolicy(
                relay.amRelay(),
                relay.useRelays(),
                snapshot.identity().addresses(),
                snapshot.pins());
    }

    /**
     * @param hostFinishesChecksums whether every lane's way to the host takes packets with unfinished checksums
     */
    private static HandshakeSettings handshakeSettings(
            NodeSnapshot snapshot, boolean hostFinishesChecksums) {
        boolean allowed = snapshot.config().asterism().wireExtensions();
        return new HandshakeSettings(
                snapshot.identity(),
                snapshot.cas(),
                snapshot.remotePolicy(),
                snapshot.pins(),
                snapshot.config(),
                allowed ? WireExtensions.shown(hostFinishesChecksums) : WireExtensions.NONE);
    }

    @Override
    public int doWork(Tick now) {
        noticeOwnPause(now);
        int done = commands(now);
        done += handshakes.onTimer(now);
        done += paths.onTimer(now);
        done += mtu.onTimer(now);
        done += keeper.onTimer(now);
        done += probes.onTimer(now);
        discovery.onTimer(now);
        done += sender.revocations().apply(keeper, now);
        flows.onTimer(now);
        done += checkTunnels(now);
        done += waitingMessages.beginHandshakes(now);
        sender.flush();
        done += retired.onTimer(now);
        expectedNanos = nextDeadlineNanos();
        return done;
    }

    /** What discovery wants to reach. */
    private int checkTunnels(Tick now) {
        int done = 0;
        for (Ip peer = sender.pollTunnelCheck(); peer != null; peer = sender.pollTunnelCheck()) {
            done++;
            Tunnel tunnel = core.tunnels().byOverlay(peer);
            if (tunnel == null) {
                handshakes.initiator().start(peer, null, now);
            } else {
                probes.silent(tunnel, now);
            }
        }
        return done;
    }

    private void noticeOwnPause(Tick now) {
        long late = expectedNanos == Long.MAX_VALUE ? 0 : now.nanos() - expectedNanos;
        if (late > STOOD_STILL_NANOS) {
            keeper.forgiveSilence(late);
            paths.paused(now);
        }
    }

    /** The operator first, strangers last; none of them can hold up what follows, the timers above all. */
    private int commands(Tick now) {
        CommandQueue commands = core.commands();
        return drain(commands::pollOperator, MAX_COMMANDS, now)
                + drain(commands::poll, MAX_COMMANDS, now)
                + drain(commands::pollAnswer, MAX_ANSWERS, now)
                + drain(commands::pollMember, MAX_FROM_MEMBERS, now)
                + drain(commands::pollUnauthenticated, MAX_UNAUTHENTICATED, now);
    }

    private int drain(Supplier<@Nullable ControlCommand> queue, int most, Tick now) {
        int done = 0;
        while (done < most) {
            ControlCommand next = queue.get();
            if (next == null) {
                break;
            }
            handle(next, now);
            done++;
        }
        return done;
    }

    private void handle(ControlCommand command, Tick now) {
        switch (command) {
            case ControlCommand.StartHandshake(Ip overlay, Bytes packet) ->
                    waitingMessages.packet(overlay, packet, now);
            case ControlCommand.HandshakeArrived(Path from, Bytes datagram, int untrusted) -> {
                outcomes.arrived(from, datagram, now);
                handshakes.untrusted(from, untrusted, now);
            }
            case ControlCommand.PeerSent sent -> messages.handle(sent, now);
            case ControlCommand.PeerMoved(Tunnel tunnel, Path to) -> moved(tunnel, to, now);
            case ControlCommand.PeerSilent(Tunnel tunnel) -> probes.silent(tunnel, now);
            case ControlCommand.LargePacket(Tunnel tunnel, int bytes) ->
                    mtu.large(tunnel, bytes, now);
            case ControlCommand.PacketBeforeAnswer(int index) ->
                    handshakes.initiator().packetBeforeAnswer(index, now);
            case ControlCommand.PunchArrived(UnderlayAddr from) -> probes.punched(from, now);
            case ControlCommand.Confirmed(Tunnel tunnel, Path from) ->
                    outcomes.confirmed(tunnel, from, now);
            case ControlCommand.RecvErrorArrived(UnderlayAddr from, int index) -> {
                sender.tally().countReceived(CountedMessage.RECV_ERROR);
                paths.recvError(from, index, now);
            }
            case ControlCommand.PacketDropped dropped ->
                    drops.report(dropped, core.control().snapshots().get().rules(), now.wall());
            case ControlCommand.UnderlayChanged _ -> {
                paths.announce(now);
                discovery.localAddressesChanged(now);
            }
            case ControlCommand.PacketCopied(Tunnel tunnel, Bytes packet) ->
                    paths.doubted().copied(tunnel, packet);
            case ControlCommand.LaneReport(var action) -> action.accept(now);
            case ControlCommand.Call(var action) -> action.accept(now);
        }
    }

    private void moved(Tunnel tunnel, Path to, Tick now) {
        if (paths.moved(tunnel, to, now)) {
            handshakes.proven(tunnel, to);
        }
    }

    private PeerMessages messages() {
        PeerMessages messages = new PeerMessages(sender.tally());
        messages.give(
                MessageType.TEST,
                (tunnel, subtype, payload, now) -> {
                    if (subtype == MessageType.TEST_REQUEST) {
                        if (payload.length() == 0) { // others try other paths
                            probes.standbys().tested(tunnel, messages.by(), now);
                        } else if (payload.length() == ControlSender.RELAY_TEST_BYTES) {
                            probes.relayTested(tunnel, messages.by());
                        }
                        sender.testReply(tunnel, paths.replyPath(tunnel, messages.by()), payload);
                    } else {
                        answered(tunnel, payload, now);
                    }
                });
        messages.give(
                MessageType.CLOSE_TUNNEL,
                (tunnel, _, _, _) -> keeper.remove(tunnel, RemovalReason.CLOSED_BY_PEER));
        messages.give(MessageType.LIGHTHOUSE, new DiscoveryMessages(discovery, sender));
        messages.give(
                MessageType.CONTROL,
                (tunnel, _, payload, now) -> relays.message(tunnel, payload, now));
        return messages;
    }

    private void answered(Tunnel tunnel, Bytes payload, Tick now) {
        int bytes = payload.length();
        Path current = tunnel.path();
        if (bytes == 0 && current != null) {
            tunnel.watch().paths.of(current).answered(now.nanos());
        }
        if (bytes == ControlSender.RELAY_TEST_BYTES) {
            probes.relayAnswered(tunnel, payload, messages.by(), now);
        } else if (bytes == 0) {
            paths.answered(tunnel, messages.by());
            keeper.measure().answered(tunnel, now);
        } else if (bytes == 1) { // see ControlSender.testRequest
            paths.answeredElsewhere(tunnel, messages.by(), now);
        } else {
            mtu.answered(tunnel, bytes, now);
        }
    }

    DropLog drops() {
        return drops;
    }

    RelayTotals relayTotals() {
        return relays.totals();
    }

    PathMeasure measure() {
        return keeper.measure();
    }

    /** The host's network says that datagrams to this underlay address are too large for it. */
    public void tooLargeFor(Ip underlay, Tick now) {
        mtu.hint(underlay, now);
    }

    /** Closes every tunnel of the peer and tells it; returns how many there were. */
    public int closeTunnels(Ip peer) {
        List<Tunnel> held = core.tunnels().allOf(peer);
        keeper.closeAndRemove(held, RemovalReason.CLOSED_BY_OPERATOR);
        return held.size();
    }

    /** Asks the peer at that address: if its answer comes from there, the tunnel leads there from then on. */
    public void probe(Ip peer, UnderlayAddr at) {
        Tunnel tunnel = core.tunnels().byOverlay(peer);
        if (tunnel != null) {
            sender.testRequest(tunnel, at);
        }
    }

    /** Asks the peer for a sign of life, by a test request or, without a tunnel, by a handshake. */
    public void probe(Ip peer, Tick now) {
        Tunnel tunnel = core.tunnels().byOverlay(peer);
        if (tunnel == null) {
            handshakes.initiator().start(peer, null, now);
        } else {
            sender.testRequest(tunnel, now);
        }
    }

    /** Begins a handshake with the peer beside the tunnel it may have. */
    public void rehandshake(Ip peer, Tick now) {
        handshakes.initiator().start(peer, null, now);
    }

    /** Brings a new configuration into force, for lanes, tunnels and discovery at once; what it forbids ends now. */
    void reconfigure(NodeSnapshot next, Tick now) {
        core.control().snapshots().set(next.after(core.control().snapshots().get()));
        discovery.reconfigure(next.config(), now);
        relays.reconfigured();
        keeper.sweep(now);
        probes.chooser().reconfigured(now);
        mtu.reconfigured();
    }

    /** Answers nobody any more, then tells every peer that we go; call once, last. */
    void shutDown() {
        outcomes.end();
        keeper.closeAndRemove(core.tunnels().all(), RemovalReason.SHUTDOWN);
        sender.flush();
    }

    public Handshakes handshakes() {
        return handshakes;
    }

    PeerDiscovery discovery() {
        return discovery;
    }

    // Twice in every turn, for each message of each peer: without a stream.
    @Override
    public long nextDeadlineNanos() {
        long next = Math.min(handshakes.nextDeadlineNanos(), paths.nextDeadlineNanos());
        next = Math.min(next, probes.nextDeadlineNanos());
        next = Math.min(next, mtu.nextDeadlineNanos());
        next = Math.min(next, retired.nextDeadlineNanos());
        next = Math.min(next, keeper.nextDeadlineNanos());
        return Math.min(next, discovery.nextDeadlineNanos());
    }

    @Override
    public String role() {
        return "control";
    }
}
