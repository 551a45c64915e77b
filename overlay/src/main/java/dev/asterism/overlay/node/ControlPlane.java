package dev.asterism.overlay.node;

import dev.asterism.overlay.discovery.PeerDiscovery;
import dev.asterism.overlay.discovery.PeerMessage;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.handshake.HandshakeEnv;
import dev.asterism.overlay.handshake.HandshakeSettings;
import dev.asterism.overlay.handshake.Handshakes;
import dev.asterism.overlay.handshake.Message1Outcome;
import dev.asterism.overlay.handshake.Message2Outcome;
import dev.asterism.overlay.handshake.QueuedMessage;
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
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.overlay.wire.WireExtensions;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The only writer of the node's state: dispatches commands and timers to the component that owns them. One
 * duty cycle does a bounded amount of work for unauthenticated senders, so that a flood of first messages cannot starve
 * timers and peers.
 */
public final class ControlPlane implements DutyCycle {

    private static final int MAX_COMMANDS = 512;
    private static final int MAX_FROM_MEMBERS = 128;
    private static final int MAX_ANSWERS = 64;
    private static final int MAX_UNAUTHENTICATED = 16;
    private static final long STOOD_STILL_NANOS = 1_500_000_000L;

    private final NodeCore core;
    private final WaitingMessages waitingMessages;
    private final ControlSender sender;
    private final PeerDiscovery discovery;
    private final Handshakes handshakes;
    private final TunnelLifecycle keeper;
    private final RetiredSessions retired;
    private final Roaming paths;
    private final SilenceProbe silence;
    private final FlowTableWatch flows;
    private final DropLog drops;
    private final Runnable tunnelPublished;
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
        this.tunnelPublished = tunnelPublished;
        LaneShared parts = core.control();
        TunnelTable tunnels = core.tunnels();
        SnapshotCell snapshots = parts.snapshots();
        drops = new DropLog(events);
        QueuedPacketFilter queuedPackets = new QueuedPacketFilter(parts, drops);
        this.sender = core.sender();
        this.discovery = discovery;
        flows = new FlowTableWatch(parts.firewall(), tunnels, events);
        handshakes =
                new Handshakes(
                        new HandshakeEnv(
                                () -> handshakeSettings(snapshots.get(), hostFinishesChecksums),
                                tunnels,
                                discovery,
                                core.crypto().cipher(),
                                core.crypto().ciphers(),
                                core.crypto().random(),
                                sender::sendNow,
                                queuedPackets::neverSent),
                        events);
        waitingMessages =
                new WaitingMessages(tunnels, sender, queuedPackets, handshakes.initiator());
        retired = new RetiredSessions(parts.epochs());
        keeper =
                new TunnelLifecycle(
                        parts, handshakes.initiator(), discovery, sender, retired, events);
        paths = new Roaming(tunnels, snapshots, keeper, handshakes.initiator(), sender, events);
        silence = new SilenceProbe(tunnels, handshakes.initiator(), sender);
    }

    /**
     * @param hostFinishesChecksums whether every lane's way to the host takes packets with unfinished checksums
     */
    private static HandshakeSettings handshakeSettings(
            NodeSnapshot snapshot, boolean hostFinishesChecksums) {
        boolean partialChecksums =
                hostFinishesChecksums && snapshot.config().asterism().wireExtensions();
        return new HandshakeSettings(
                snapshot.identity(),
                snapshot.cas(),
                snapshot.remotePolicy(),
                snapshot.config(),
                partialChecksums ? WireExtensions.PARTIAL_CHECKSUMS : WireExtensions.NONE);
    }

    @Override
    public int doWork(Tick now) {
        noticeOwnPause(now);
        int done = commands(now);
        done += handshakes.onTimer(now);
        done += paths.onTimer(now);
        done += silence.onTimer(now);
        done += keeper.onTimer(now);
        discovery.onTimer(now);
        flows.onTimer(now);
        done += waitingMessages.beginHandshakes(now);
        sender.flush();
        done += retired.onTimer(now);
        expectedNanos = nextDeadlineNanos();
        return done;
    }

    private void noticeOwnPause(Tick now) {
        long late = expectedNanos == Long.MAX_VALUE ? 0 : now.nanos() - expectedNanos;
        if (late > STOOD_STILL_NANOS) {
            keeper.forgiveSilence(late);
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
            case ControlCommand.HandshakeArrived(
                            UnderlayAddr from,
                            Bytes datagram,
                            int untrusted) -> {
                handshake(from, datagram, now);
                handshakes.untrusted(from, untrusted, now);
            }
            case ControlCommand.PeerSent sent -> message(sent, now);
            case ControlCommand.PeerMoved(Tunnel tunnel, UnderlayAddr to) -> moved(tunnel, to, now);
            case ControlCommand.PeerSilent(Tunnel tunnel) -> silence.silent(tunnel, now);
            case ControlCommand.Confirmed(Tunnel tunnel, UnderlayAddr from) ->
                    confirmed(tunnel, from, now);
            case ControlCommand.RecvErrorArrived(UnderlayAddr from, int index) -> {
                sender.tally().countReceived(CountedMessage.RECV_ERROR);
                paths.recvError(from, index, now);
            }
            case ControlCommand.PacketDropped dropped -> explain(dropped, now);
            case ControlCommand.UnderlayChanged _ -> {
                paths.announce(now);
                discovery.localAddressesChanged(now);
            }
            case ControlCommand.LaneReport(var action) -> action.accept(now);
            case ControlCommand.Call(var action) -> action.accept(now);
        }
    }

    private void handshake(UnderlayAddr from, Bytes datagram, Tick now) {
        sender.tally().countReceived(CountedMessage.HANDSHAKE);
        MemorySegment packet = datagram.asSegment();
        long counter = Header.counter(packet, 0);
        int index = Header.remoteIndex(packet, 0);
        if (counter == 1 && index == 0) {
            message1(from, datagram, now);
        } else if (counter == 2) {
            message2(from, index, datagram, now);
        }
    }

    private void message1(UnderlayAddr from, Bytes datagram, Tick now) {
        switch (handshakes.responder().answer(from, datagram, now)) {
            case Message1Outcome.Accepted(Tunnel tunnel, TunnelTable.TunnelRank standing) -> {
                keeper.established(tunnel, standing, 0, 0, now);
                sender.answer(from, tunnel.origin().message2().toArray());
                // At once: lanes may use the tunnel already, and data before message 2 is lost.
                sender.flush();
                if (standing == TunnelTable.TunnelRank.SECONDARY) {
                    sender.testRequest(tunnel, now);
                }
            }
            case Message1Outcome.AlreadySeen(Tunnel tunnel) -> {
                if (paths.mayAnswerAgain(tunnel, from, now)) {
                    sender.answer(from, tunnel.origin().message2().toArray());
                    paths.probeIfPreferred(tunnel, from);
                }
            }
            case Message1Outcome.TooOld(Tunnel newer) -> paths.testAgainstOlder(newer, now);
            case Message1Outcome.Rejected _ -> {}
        }
    }

    private void message2(UnderlayAddr from, int index, Bytes datagram, Tick now) {
        switch (handshakes.initiator().message2(from, index, datagram, now)) {
            case Message2Outcome.Completed(
                            Tunnel tunnel,
                            List<QueuedMessage> waiting,
                            long durationNanos) -> {
                handshakes.proven(tunnel, from);
                keeper.established(
                        tunnel, TunnelTable.TunnelRank.PRIMARY, durationNanos, waiting.size(), now);
                tunnelPublished.run();
                handshakes.counters().countWaitingSent(waiting.size());
                waitingMessages.send(tunnel, waiting, now);
            }
            case Message2Outcome.WrongHost(
                            Tunnel answered,
                            Ip intended,
                            List<QueuedMessage> waiting) -> {
                sender.close(answered);
                retired.retire(answered.session());
                handshakes.initiator().start(intended, null, now);
                waiting.forEach(item -> handshakes.initiator().start(intended, item, now));
            }
            case Message2Outcome.Ignored _ -> {}
        }
    }

    private void moved(Tunnel tunnel, UnderlayAddr to, Tick now) {
        if (paths.moved(tunnel, to, now)) {
            handshakes.proven(tunnel, to);
        }
    }

    private void confirmed(Tunnel tunnel, UnderlayAddr from, Tick now) {
        if (keeper.confirmed(tunnel, from, now)) {
            handshakes.proven(tunnel, from);
            handshakes.counters().countConfirmed();
            for (Ip address : tunnel.addresses()) {
                List<QueuedMessage> waiting = handshakes.initiator().takeWaiting(address);
                handshakes.counters().countWaitingSent(waiting.size());
                waitingMessages.send(tunnel, waiting, now);
            }
        }
    }

    private void message(ControlCommand.PeerSent sent, Tick now) {
        sender.tally().countReceived(CountedMessage.of(sent.type(), sent.subtype()));
        Tunnel tunnel = sent.tunnel();
        if (tunnel.isRemoved()) {
            return;
        }
        switch (sent.type()) {
            case TEST -> {
                if (sent.subtype() == MessageType.TEST_REQUEST) {
                    sender.testReply(tunnel, sent.payload());
                } else if (sent.subtype() == MessageType.TEST_REPLY) {
                    keeper.measure().answered(tunnel, now);
                }
            }
            case CLOSE_TUNNEL -> keeper.remove(tunnel, RemovalReason.CLOSED_BY_PEER);
            case LIGHTHOUSE -> lighthouse(sent, now);
            case CONTROL, HANDSHAKE, MESSAGE, RECV_ERROR -> {}
        }
    }

    /** Of two hosts with one overlay address each gets the answers to its own questions. */
    private void lighthouse(ControlCommand.PeerSent sent, Tick now) {
        Tunnel tunnel = sent.tunnel();
        sender.answering(tunnel);
        discovery.handle(
                new PeerMessage(
                        tunnel.addresses(),
                        tunnel.origin().ourCertificate().version(),
                        sent.payload()),
                now);
        sender.answering(null);
    }

    private void explain(ControlCommand.PacketDropped dropped, Tick now) {
        drops.report(dropped, core.control().snapshots().get().rules(), now.wall());
    }

    DropLog drops() {
        return drops;
    }

    PathMeasure measure() {
        return keeper.measure();
    }

    /** Closes every tunnel of the peer and tells it; returns how many there were. */
    public int closeTunnels(Ip peer) {
        List<Tunnel> held = List.copyOf(core.tunnels().allOf(peer));
        held.forEach(tunnel -> keeper.closeAndRemove(tunnel, RemovalReason.CLOSED_BY_OPERATOR));
        return held.size();
    }

    /** Begins a handshake with the peer beside the tunnel it may have. */
    public void rehandshake(Ip peer, Tick now) {
        handshakes.initiator().start(peer, null, now);
    }

    /** Brings a new configuration into force, for lanes, tunnels and discovery at once; what it forbids ends now. */
    void reconfigure(NodeSnapshot next, Tick now) {
        core.control().snapshots().set(next.after(core.control().snapshots().get()));
        discovery.reconfigure(next.config(), now);
        keeper.sweep(now);
    }

    /** Tells every peer that we go; call once, last. */
    void shutDown() {
        keeper.closeAll();
        sender.flush();
    }

    public Handshakes handshakes() {
        return handshakes;
    }

    PeerDiscovery discovery() {
        return discovery;
    }

    @Override
    public long nextDeadlineNanos() {
        long handshake = Math.min(handshakes.nextDeadlineNanos(), paths.nextDeadlineNanos());
        long silent =
                Math.min(
                        handshake,
                        Math.min(silence.nextDeadlineNanos(), retired.nextDeadlineNanos()));
        return Math.min(
                silent, Math.min(keeper.nextDeadlineNanos(), discovery.nextDeadlineNanos()));
    }

    @Override
    public String role() {
        return "control";
    }
}
