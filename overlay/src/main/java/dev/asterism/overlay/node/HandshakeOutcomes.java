package dev.asterism.overlay.node;

import dev.asterism.overlay.handshake.Handshakes;
import dev.asterism.overlay.handshake.Message1Outcome;
import dev.asterism.overlay.handshake.Message2Outcome;
import dev.asterism.overlay.handshake.QueuedMessage;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.relay.RelayNegotiator;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.wire.Header;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** What follows from handshake messages: tunnels, answers, and what has waited. Control plane's thread only. */
final class HandshakeOutcomes {

    private final Handshakes handshakes;
    private final TunnelLifecycle keeper;
    private final Roaming paths;
    private final RelayNegotiator relays;
    private final PathProbes probes;
    private final ControlSender sender;
    private final RetiredSessions retired;
    private final WaitingMessages waitingMessages;
    private final Runnable tunnelPublished;
    private boolean over;

    /** What hears of tunnels and paths. */
    record Affected(
            TunnelLifecycle keeper, Roaming paths, RelayNegotiator relays, PathProbes probes) {}

    HandshakeOutcomes(
            Handshakes handshakes,
            Affected affected,
            ControlSender sender,
            RetiredSessions retired,
            WaitingMessages waitingMessages,
            Runnable tunnelPublished) {
        this.handshakes = handshakes;
        this.keeper = affected.keeper();
        this.paths = affected.paths();
        this.relays = affected.relays();
        this.probes = affected.probes();
        this.sender = sender;
        this.retired = retired;
        this.waitingMessages = waitingMessages;
        this.tunnelPublished = tunnelPublished;
    }

    /**
     * From now on no message of a handshake has an outcome, and none is sent: this node closes its tunnels and ends,
     * and a peer that got a new one would send into it until it finds that nobody is there.
     */
    void end() {
        over = true;
        handshakes.initiator().end();
    }

    /** A handshake message, which anybody may have sent. */
    void arrived(Path from, Bytes datagram, Tick now) {
        sender.tally().countReceived(CountedMessage.HANDSHAKE);
        if (over) {
            return;
        }
        MemorySegment packet = datagram.asSegment();
        long counter = Header.counter(packet, 0);
        int index = Header.remoteIndex(packet, 0);
        if (counter == 1 && index == 0) {
            message1(from, datagram, now);
        } else if (counter == 2) {
            message2(from, index, datagram, now);
        }
    }

    private void message1(Path from, Bytes datagram, Tick now) {
        switch (handshakes.responder().answer(from, datagram, now)) {
            case Message1Outcome.Accepted(Tunnel tunnel, TunnelTable.TunnelRank standing) -> {
                keeper.established(tunnel, standing, 0, 0, now);
                sender.answer(from, tunnel.origin().message2().toArray());
                // At once: lanes may use the tunnel already, and data before message 2 is lost.
                sender.flush();
                tunnel.served().forEach(address -> handshakes.initiator().yieldTo(address, now));
                if (standing == TunnelTable.TunnelRank.SECONDARY) {
                    sender.testRequest(tunnel, now);
                    paths.doubted().rivalled(tunnel, now);
                }
            }
            case Message1Outcome.AlreadySeen(Tunnel tunnel) -> {
                relays.reached(tunnel, from);
                if (paths.mayAnswerAgain(tunnel, from, now)) {
                    Bytes message2 = tunnel.origin().message2();
                    if (!message2.isEmpty()) { // else the peer has shown that it has it
                        sender.answer(from, message2.toArray());
                    }
                    paths.probeIfPreferred(tunnel, from);
                }
            }
            case Message1Outcome.TooOld(Tunnel newer) -> paths.testAgainstOlder(newer, now);
            case Message1Outcome.Rejected _ -> {}
        }
    }

    private void message2(Path from, int index, Bytes datagram, Tick now) {
        switch (handshakes.initiator().message2(from, index, datagram, now)) {
            case Message2Outcome.Completed(
                            Tunnel tunnel,
                            List<QueuedMessage> waiting,
                            long durationNanos) -> {
                handshakes.proven(tunnel, from);
                keeper.established(
                        tunnel, TunnelTable.TunnelRank.PRIMARY, durationNanos, waiting.size(), now);
                probes.established(tunnel, now);
                handshakes.initiator().wakeThrough(tunnel.addresses(), now);
                tunnelPublished.run();
                handshakes.counters().countWaitingSent(waiting.size());
                waitingMessages.send(tunnel, waiting, now);
                sendWhatWaits(tunnel, now);
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

    /** The first authentic packet on a tunnel that message 1 made. */
    void confirmed(Tunnel tunnel, Path from, Tick now) {
        if (keeper.confirmed(tunnel, from, now)) {
            handshakes.proven(tunnel, from);
            handshakes.initiator().wakeThrough(tunnel.addresses(), now);
            handshakes.confirmed(tunnel, now);
            sendWhatWaits(tunnel, now);
        }
    }

    /** In handshakes of ours for any address of the peer that this tunnel serves. */
    private void sendWhatWaits(Tunnel tunnel, Tick now) {
        for (Ip address : tunnel.served()) {
            List<QueuedMessage> waiting = handshakes.initiator().takeWaiting(address);
            handshakes.counters().countWaitingSent(waiting.size());
            waitingMessages.send(tunnel, waiting, now);
            if (keeper.isPrimary(tunnel)) {
                handshakes.initiator().superseded(address, now);
            }
        }
    }
}
