package dev.asterism.overlay.handshake;

import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.handshake.PendingHandshakes.Pending;
import dev.asterism.overlay.handshake.PendingHandshakes.Started;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Deadlines;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.tunnel.Tunnel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Our own handshakes: message 1 to every candidate, again with linear backoff, until message 2
 * comes or the tries run out (spec wire.md 5.1, 5.2, 5.5). What the messages hold is the {@link
 * HandshakeMachine}'s; here are candidates, tries and what waits.
 */
public final class Initiator {

    private static final int STAGE = 2;

    /**
     * From 0.9 s on where an address is known: the peer may have started anew elsewhere, and told a
     * lighthouse of it meanwhile.
     */
    private static final int REQUERY_FROM_ATTEMPT = 4;

    private final HandshakeEnv env;
    private final HandshakeParts parts;
    private final PendingHandshakes pending;
    private final EventSink events;
    private final UnsentReport unsent;

    /** Of all pending handshakes together. */
    private final JunkRateLimiter junk = new JunkRateLimiter(500, 100);

    private final Deadlines<Pending> timers = new Deadlines<>();

    Initiator(HandshakeParts parts, EventSink events) {
        this.env = parts.env();
        this.parts = parts;
        this.pending = parts.pending();
        this.events = events;
        this.unsent = new UnsentReport(events);
    }

    /** Begins a handshake unless one is pending; {@code first} waits in it. */
    public void start(Ip overlay, @Nullable QueuedMessage first, Tick now) {
        Pending handshake = pending.byOverlay(overlay);
        if (handshake != null) {
            enqueue(handshake, first);
            return;
        }
        handshake = pending.add(overlay, now);
        if (handshake == null) {
            drop(overlay, first);
            return;
        }
        parts.counters().countInitiated();
        enqueue(handshake, first);
        boolean staticKnown = env.directory().handshakeStarting(overlay, now);
        env.directory().query(overlay, now);
        boolean known = staticKnown || !candidates(handshake).isEmpty();
        arm(handshake, now.nanos() + (known ? 0 : tryInterval()));
    }

    private void enqueue(Pending handshake, @Nullable QueuedMessage item) {
        if (item != null && !pending.enqueue(handshake, item)) {
            drop(handshake.overlay, item);
        }
    }

    private void drop(Ip overlay, @Nullable QueuedMessage noRoom) {
        parts.counters().countWaitingDropped();
        events.emit(new HandshakeEvent.QueuedPacketDropped(overlay));
        if (noRoom != null) {
            env.neverSent().accept(noRoom);
        }
    }

    public boolean isPending(Ip overlay) {
        return pending.byOverlay(overlay) != null;
    }

    /** New candidates have come: tries at once if they differ from those tried last. */
    public void wake(Ip overlay, Tick now) {
        Pending handshake = pending.byOverlay(overlay);
        if (handshake == null || candidates(handshake).equals(handshake.triedRemotes)) {
            return;
        }
        if (handshake.attempts < retries()) {
            attempt(handshake, now);
            arm(handshake, now.nanos() + tryInterval() * (handshake.attempts + 1));
        }
    }

    /** Runs what is due; returns how much. */
    public int onTimer(Tick now) {
        unsent.onTimer(now);
        int done = 0;
        for (Pending due = timers.pollDue(now.nanos());
                due != null;
                due = timers.pollDue(now.nanos())) {
            done++;
            if (pending.byOverlay(due.overlay) != due || now.nanos() < due.nextAttemptNanos) {
                continue; // over, or armed anew since
            }
            if (due.attempts >= retries()) {
                giveUp(due, now);
            } else {
                attempt(due, now);
                arm(due, now.nanos() + tryInterval() * (due.attempts + 1));
            }
        }
        return done;
    }

    private void arm(Pending handshake, long atNanos) {
        handshake.nextAttemptNanos = atNanos;
        timers.at(atNanos, handshake);
    }

    public long nextDeadlineNanos() {
        return Math.min(timers.nextNanos(), unsent.nextDeadlineNanos());
    }

    private int retries() {
        return env.settings().get().config().handshakes().retries();
    }

    private long tryInterval() {
        return env.settings().get().config().handshakes().tryInterval().toNanos();
    }

    List<UnderlayAddr> candidates(Pending handshake) {
        return env.directory()
                .remotesOf(handshake.overlay)
                .candidates(env.settings().get().config().preferredRanges());
    }

    private void giveUp(Pending handshake, Tick now) {
        pending.remove(handshake);
        parts.counters().countTimedOut();
        List<QueuedMessage> lost = pending.takeWaiting(handshake);
        lost.forEach(env.neverSent());
        Started started = handshake.started();
        if (started != null) {
            env.tunnels().awaited().remove(started.message1().localIndex());
            started.machine().destroy();
        }
        if (env.tunnels().byOverlay(handshake.overlay) == null) {
            events.emit(
                    new HandshakeEvent.TimedOut(
                            handshake.overlay,
                            handshake.triedRemotes,
                            now.nanos() - handshake.startedNanos,
                            lost.size()));
        }
    }

    private void attempt(Pending handshake, Tick now) {
        handshake.attempts++;
        HandshakeStep.Send message1 = message1(handshake, now);
        List<UnderlayAddr> remotes = candidates(handshake);
        boolean unknown = remotes.isEmpty() && handshake.attempts > 1;
        if (unknown || handshake.attempts >= REQUERY_FROM_ATTEMPT) {
            env.directory().query(handshake.overlay, now);
        }
        handshake.triedRemotes = remotes;
        if (!remotes.isEmpty()) {
            boolean sent = env.sender().sendNow(remotes, message1.datagram().toArray());
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

    /** Made at the first attempt and sent unchanged by every other. */
    private HandshakeStep.Send message1(Pending handshake, Tick now) {
        Started before = handshake.started();
        if (before != null) {
            return before.message1();
        }
        HandshakeSettings settings = env.settings().get();
        HandshakeMachine machine =
                HandshakeMachine.initiator(
                        parts.machines(), settings.identity().credential(), settings.extensions());
        HandshakeStep.Send message1 = machine.start(now);
        pending.start(handshake, new Started(machine, message1));
        env.tunnels().awaited().add(message1.localIndex());
        return message1;
    }

    /**
     * @param index the header's remote index, which names our pending handshake
     */
    public Message2Outcome message2(UnderlayAddr from, int index, Bytes datagram, Tick now) {
        Pending handshake = pending.byIndex(index);
        if (handshake == null) {
            return ignore(from, HandshakeRejection.NOT_PENDING, "", now);
        }
        if (!env.settings().get().remotePolicy().allows(List.of(handshake.overlay), from)) {
            return ignore(from, HandshakeRejection.ADDRESS_DENIED, "", now);
        }
        boolean tried = handshake.triedRemotes.contains(from);
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
    private Message2Outcome follow(Pending handshake, UnderlayAddr from, Bytes datagram, Tick now) {
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
            UnderlayAddr from,
            HandshakeStep.Verified verified,
            Tick now) {
        List<Ip> addresses = addressesOf(verified);
        List<Ip> ours = env.settings().get().identity().addresses();
        if (addresses.stream().anyMatch(ours::contains)) {
            String name = verified.peer().certificate().name();
            return ignore(from, HandshakeRejection.OURSELVES, name, now);
        }
        return switch (machine.finish(verified, now)) {
            case HandshakeStep.Rejected rejected -> ignore(from, rejected, now);
            case HandshakeStep.Established done -> completed(handshake, from, done, now);
        };
    }

    private static List<Ip> addressesOf(HandshakeStep.Verified verified) {
        return verified.peer().certificate().networks().stream().map(Cidr::address).toList();
    }

    private Message2Outcome completed(
            Pending handshake, UnderlayAddr from, HandshakeStep.Established done, Tick now) {
        pending.remove(handshake);
        Tunnel tunnel = parts.tunnel(done, from);
        List<QueuedMessage> waiting = pending.takeWaiting(handshake);
        if (!tunnel.addresses().contains(handshake.overlay)) {
            events.emit(
                    new HandshakeEvent.WrongHost(
                            handshake.overlay, tunnel.addresses(), tunnel.peerName(), from));
            parts.counters().countWrongHost();
            env.directory().remotesOf(handshake.overlay).block(from);
            env.tunnels().awaited().remove(done.localIndex());
            return new Message2Outcome.WrongHost(tunnel, handshake.overlay, waiting);
        }
        long durationNanos = now.nanos() - handshake.startedNanos;
        parts.counters().countCompleted(durationNanos);
        handshake.tellRoundTrip(tunnel, now);
        return new Message2Outcome.Completed(tunnel, waiting, durationNanos);
    }

    private Message2Outcome ignore(
            UnderlayAddr from, HandshakeRejection reason, String detail, Tick now) {
        return ignore(from, new HandshakeStep.Rejected(reason, detail), now);
    }

    private Message2Outcome ignore(UnderlayAddr from, HandshakeStep.Rejected why, Tick now) {
        parts.rejections().rejected(from, STAGE, why, now);
        return new Message2Outcome.Ignored();
    }

    /** Takes what waits for this peer, as another tunnel can carry it; the handshake itself goes on. */
    public List<QueuedMessage> takeWaiting(Ip overlay) {
        Pending handshake = pending.byOverlay(overlay);
        return handshake == null ? List.of() : pending.takeWaiting(handshake);
    }
}
