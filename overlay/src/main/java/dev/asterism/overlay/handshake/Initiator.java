package dev.asterism.overlay.handshake;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Deadlines;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.noise.IxHandshake;
import dev.asterism.overlay.noise.MessageRead;
import dev.asterism.overlay.tunnel.HandshakeRecord;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Our own handshakes: message 1 to every candidate, again with linear backoff, until message 2 comes or the tries
 * run out (spec wire.md 5.1, 5.2, 5.5).
 */
public final class Initiator {

    private static final int STAGE = 2;

    /** From 0.9 s on where an address is known: the peer may have started anew elsewhere, and told a lighthouse of it meanwhile. */
    private static final int REQUERY_FROM_ATTEMPT = 4;

    /** A host that scans its overlay network must not fill our memory. */
    private static final int MAX_PENDING = 4096;

    /** All packets that wait for tunnels: a scan of absent addresses must not fill the heap. */
    static final int MAX_WAITING_BYTES = 4 << 20;

    private final HandshakeEnv world;
    private final HandshakeParts parts;
    private final PendingTable pending;
    private final EventSink events;
    private final UnsentReport unsent;

    /** Of all pending handshakes together. */
    private final JunkRateLimiter junk = new JunkRateLimiter(500, 100);

    private final SessionMaker sessions;
    private int waitingBytes;
    private final Deadlines<PendingHandshake> timers = new Deadlines<>();

    Initiator(HandshakeEnv world, HandshakeParts parts, EventSink events) {
        this.world = world;
        this.parts = parts;
        this.pending = parts.pending();
        this.events = events;
        this.unsent = new UnsentReport(events);
        this.sessions = new SessionMaker(world);
    }

    /** Begins a handshake unless one is pending; {@code first} waits in it. */
    public void start(Ip overlay, @Nullable QueuedMessage first, Tick now) {
        PendingHandshake handshake = pending.byOverlay(overlay);
        if (handshake != null) {
            enqueue(handshake, first);
            return;
        }
        if (pending.size() >= MAX_PENDING) {
            parts.counters().countWaitingDropped();
            events.emit(new HandshakeEvent.QueuedPacketDropped(overlay));
            return;
        }
        handshake = new PendingHandshake(overlay, now.nanos());
        pending.add(handshake);
        parts.counters().countInitiated();
        enqueue(handshake, first);
        boolean staticKnown = world.directory().handshakeStarting(overlay, now);
        world.directory().query(overlay, now);
        boolean known = staticKnown || !candidates(handshake).isEmpty();
        arm(handshake, now.nanos() + (known ? 0 : tryInterval()));
    }

    private void enqueue(PendingHandshake handshake, @Nullable QueuedMessage item) {
        if (item == null) {
            return;
        }
        int bytes = item.payload().length();
        if (waitingBytes + bytes <= MAX_WAITING_BYTES && handshake.enqueue(item)) {
            waitingBytes += bytes;
        } else {
            parts.counters().countWaitingDropped();
            events.emit(new HandshakeEvent.QueuedPacketDropped(handshake.overlay));
        }
    }

    private List<QueuedMessage> take(PendingHandshake handshake) {
        List<QueuedMessage> taken = handshake.takeWaiting();
        for (QueuedMessage item : taken) {
            waitingBytes -= item.payload().length();
        }
        return taken;
    }

    public boolean isPending(Ip overlay) {
        return pending.byOverlay(overlay) != null;
    }

    /** New candidates have come: tries at once if they differ from those tried last. */
    public void wake(Ip overlay, Tick now) {
        PendingHandshake handshake = pending.byOverlay(overlay);
        if (handshake == null || candidates(handshake).equals(handshake.triedRemotes)) {
            return;
        }
        if (handshake.attempts < world.config().handshakes().retries()) {
            attempt(handshake, now);
            arm(handshake, now.nanos() + tryInterval() * (handshake.attempts + 1));
        }
    }

    /** Runs what is due; returns how much. */
    public int onTimer(Tick now) {
        unsent.onTimer(now);
        int done = 0;
        for (PendingHandshake due = timers.pollDue(now.nanos());
                due != null;
                due = timers.pollDue(now.nanos())) {
            done++;
            if (pending.byOverlay(due.overlay) != due || now.nanos() < due.nextAttemptNanos) {
                continue; // over, or armed anew since
            }
            if (due.attempts >= world.config().handshakes().retries()) {
                giveUp(due, now);
            } else {
                attempt(due, now);
                arm(due, now.nanos() + tryInterval() * (due.attempts + 1));
            }
        }
        return done;
    }

    private void arm(PendingHandshake handshake, long atNanos) {
        handshake.nextAttemptNanos = atNanos;
        timers.at(atNanos, handshake);
    }

    public long nextDeadlineNanos() {
        return Math.min(timers.nextNanos(), unsent.nextDeadlineNanos());
    }

    private long tryInterval() {
        return world.config().handshakes().tryInterval().toNanos();
    }

    List<UnderlayAddr> candidates(PendingHandshake handshake) {
        return world.directory()
                .remotesOf(handshake.overlay)
                .candidates(world.config().preferredRanges());
    }

    private void giveUp(PendingHandshake handshake, Tick now) {
        pending.remove(handshake);
        parts.counters().countTimedOut();
        List<QueuedMessage> lost = take(handshake);
        if (handshake.message1 != null) {
            world.tunnels().awaited().remove(handshake.message1.localIndex());
        }
        handshake.destroy();
        if (world.tunnels().byOverlay(handshake.overlay) == null) {
            events.emit(
                    new HandshakeEvent.TimedOut(
                            handshake.overlay,
                            handshake.triedRemotes,
                            now.nanos() - handshake.startedNanos,
                            lost.size()));
        }
    }

    private void attempt(PendingHandshake handshake, Tick now) {
        handshake.attempts++;
        PendingHandshake.Message1 message1 = handshake.message1;
        if (message1 == null) {
            message1 = build(now);
            handshake.message1 = message1;
            pending.index(handshake, message1.localIndex());
            world.tunnels().awaited().add(message1.localIndex());
        }
        List<UnderlayAddr> remotes = candidates(handshake);
        boolean unknown = remotes.isEmpty() && handshake.attempts > 1;
        if (unknown || handshake.attempts >= REQUERY_FROM_ATTEMPT) {
            world.directory().query(handshake.overlay, now);
        }
        byte[] packet = message1.packet().toArray();
        handshake.triedRemotes = remotes;
        if (!remotes.isEmpty()) {
            boolean sent = world.sendNow(remotes, packet);
            if (sent) {
                handshake.message1Sent(now);
                events.emit(
                        new HandshakeEvent.Message1Sent(
                                handshake.overlay,
                                remotes,
                                handshake.attempts,
                                message1.localIndex()));
            } else {
                unsent.add(handshake.overlay, remotes, handshake.attempts, now);
            }
        }
    }

    private PendingHandshake.Message1 build(Tick now) {
        int localIndex = parts.indexes().draw();
        Certificate ours = world.identity().certificate();
        int extensions = world.extensions();
        IxHandshake machine =
                IxHandshake.initiator(
                        world.suite(),
                        world.identity().keys(),
                        world.suite().dh().generate(world.random()));
        byte[] payload =
                new HandshakePayload(
                                ours.handshakeForm(),
                                localIndex,
                                0,
                                parts.clock().next(now),
                                ours.version(),
                                extensions)
                        .encode();
        byte[] message = machine.writeMessage1(payload);
        byte[] packet = new byte[Header.LENGTH + message.length];
        System.arraycopy(message, 0, packet, Header.LENGTH, message.length);
        Header.write(MemorySegment.ofArray(packet), 0, MessageType.HANDSHAKE, 0, 0, 1);
        return new PendingHandshake.Message1(
                localIndex, machine, Bytes.owning(packet), ours, extensions);
    }

    /**
     * @param index the header's remote index, which names our pending handshake
     */
    public Message2Outcome message2(UnderlayAddr from, int index, Bytes datagram, Tick now) {
        PendingHandshake handshake = pending.byIndex(index);
        PendingHandshake.Message1 message1 = handshake == null ? null : handshake.message1;
        if (handshake == null || message1 == null) {
            return ignore(from, HandshakeRejection.NOT_PENDING, "", now);
        }
        if (!world.remotePolicy().allows(List.of(handshake.overlay), from)) {
            return ignore(from, HandshakeRejection.ADDRESS_DENIED, "", now);
        }
        boolean tried = handshake.triedRemotes.contains(from);
        if (handshake.junk.isSpent(tried, now.nanos()) || junk.isSpent(tried, now.nanos())) {
            return ignore(from, HandshakeRejection.OVER_BUDGET, "", now);
        }
        Message2Outcome outcome = open(handshake, message1, from, datagram, now);
        if (outcome instanceof Message2Outcome.Ignored) {
            handshake.junk.spend(tried, now.nanos());
            junk.spend(tried, now.nanos());
        }
        return outcome;
    }

    private Message2Outcome open(
            PendingHandshake handshake,
            PendingHandshake.Message1 message1,
            UnderlayAddr from,
            Bytes datagram,
            Tick now) {
        byte[] message = datagram.slice(Header.LENGTH, datagram.length() - Header.LENGTH).toArray();
        return switch (message1.machine().readMessage2(message)) {
            case MessageRead.Rejected(MessageRead.Reason reason) ->
                    ignore(
                            from,
                            reason == MessageRead.Reason.TOO_SHORT
                                    ? HandshakeRejection.TOO_SHORT
                                    : HandshakeRejection.NOT_FOR_US,
                            "",
                            now);
            case MessageRead.Read(Bytes payload, Bytes staticKey) ->
                    opened(handshake, message1, from, payload, staticKey, now);
        };
    }

    /**
     * The message opened, which whoever saw our message 1 can bring about: nothing has changed until the certificate in it
     * is judged. Nebula gives up the handshake when that fails; here it goes on, so that the genuine answer wins.
     */
    private Message2Outcome opened(
            PendingHandshake handshake,
            PendingHandshake.Message1 message1,
            UnderlayAddr from,
            Bytes payloadBytes,
            Bytes staticKey,
            Tick now) {
        return switch (HandshakePayload.decodeMessage2(payloadBytes)) {
            case HandshakePayload.Decoded.Invalid(HandshakePayload.Reason reason) ->
                    ignore(from, HandshakeRejection.BAD_PAYLOAD, reason.name(), now);
            case HandshakePayload.Decoded.Valid(HandshakePayload payload) ->
                    judge(handshake, message1, from, payload, staticKey, now);
        };
    }

    private Message2Outcome judge(
            PendingHandshake handshake,
            PendingHandshake.Message1 message1,
            UnderlayAddr from,
            HandshakePayload payload,
            Bytes staticKey,
            Tick now) {
        return switch (parts.verifier().read(payload, staticKey, world.identity().certificate())) {
            case PeerVerifier.Claim.Unreadable unreadable ->
                    ignore(
                            from,
                            unreadable.reason(),
                            unreadable.detail(),
                            unreadable.claimed(),
                            now);
            case PeerVerifier.Claim.Shown claim ->
                    switch (parts.verifier().verify(claim, world.cas(), () -> true, now)) {
                        case PeerVerifier.Result.Rejected(
                                        HandshakeRejection reason,
                                        String detail) ->
                                ignore(
                                        from,
                                        reason,
                                        detail,
                                        ClaimedIdentity.of(claim.certificate()),
                                        now);
                        case PeerVerifier.Result.Verified(VerifiedCertificate peer) ->
                                complete(handshake, message1, from, payload, peer, now);
                    };
        };
    }

    private Message2Outcome complete(
            PendingHandshake handshake,
            PendingHandshake.Message1 message1,
            UnderlayAddr from,
            HandshakePayload payload,
            VerifiedCertificate peer,
            Tick now) {
        List<Ip> addresses = peer.certificate().networks().stream().map(Cidr::address).toList();
        if (addresses.stream().anyMatch(world.identity().addresses()::contains)) {
            return ignore(from, HandshakeRejection.OURSELVES, peer.certificate().name(), now);
        }
        pending.remove(handshake);
        HandshakeRecord origin =
                new HandshakeRecord(
                        true,
                        Bytes.EMPTY,
                        Bytes.EMPTY,
                        payload.time(),
                        message1.ours(),
                        message1.extensions() & payload.extensions());
        Tunnel tunnel =
                sessions.make(
                        message1.machine(),
                        message1.localIndex(),
                        payload.responderIndex(),
                        peer,
                        origin,
                        from);
        List<QueuedMessage> waiting = take(handshake);
        if (!addresses.contains(handshake.overlay)) {
            events.emit(
                    new HandshakeEvent.WrongHost(
                            handshake.overlay, addresses, peer.certificate().name(), from));
            parts.counters().countWrongHost();
            world.directory().remotesOf(handshake.overlay).block(from);
            world.tunnels().awaited().remove(message1.localIndex());
            return new Message2Outcome.WrongHost(tunnel, handshake.overlay, waiting);
        }
        long durationNanos = now.nanos() - handshake.startedNanos;
        parts.counters().countCompleted(durationNanos);
        handshake.tellRoundTrip(tunnel, now);
        return new Message2Outcome.Completed(tunnel, waiting, durationNanos);
    }

    private Message2Outcome ignore(
            UnderlayAddr from, HandshakeRejection reason, String detail, Tick now) {
        return ignore(from, reason, detail, ClaimedIdentity.UNKNOWN, now);
    }

    private Message2Outcome ignore(
            UnderlayAddr from,
            HandshakeRejection reason,
            String detail,
            ClaimedIdentity claimed,
            Tick now) {
        parts.refusals().refused(from, STAGE, reason, detail, claimed, now);
        return new Message2Outcome.Ignored();
    }

    /** Takes what waits for this peer, as another tunnel can carry it; the handshake itself goes on. */
    public List<QueuedMessage> takeWaiting(Ip overlay) {
        PendingHandshake handshake = pending.byOverlay(overlay);
        return handshake == null ? List.of() : take(handshake);
    }
}
