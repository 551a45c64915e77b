package dev.asterism.overlay.handshake;

import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.handshake.PendingHandshakes.Pending;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Deadlines;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.relay.RelayTry;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Our own handshakes: message 1 to every candidate, again with linear backoff, until message 2
 * comes ({@link HandshakeCompletion}) or the tries run out (spec wire.md 5.1, 5.2, 5.5). What the
 * messages hold is the {@link HandshakeMachine}'s; here are candidates, tries and what waits.
 */
public final class Initiator {

    /**
     * From 0.9 s on where an address is known: the peer may have started anew elsewhere, and told a
     * lighthouse of it meanwhile.
     */
    private static final int REQUERY_FROM_ATTEMPT = 4;

    private static final int MAX_WOKEN = 256;

    /** As long as the peer may take to prove itself on a tunnel that its message 1 made. */
    private static final long YIELD_NANOS = 250_000_000L;

    /** An answer to a message 1 takes no longer, over the slowest path. */
    private static final long LATEST_ANSWER_NANOS = 5_000_000_000L;

    private static final int RELAYS_FIRST_ATTEMPTS = 2;

    private final HandshakeEnv env;
    private final HandshakeParts parts;
    private final PendingHandshakes pending;
    private final EventSink events;
    private final UnsentReport unsent;
    private final RelaysToTry relaysToTry;
    private final HandshakeCompletion completion;
    private final FirstMessage firstMessage;
    private final Deadlines<Pending> timers = new Deadlines<>();

    Initiator(HandshakeParts parts, EventSink events) {
        this.env = parts.env();
        this.parts = parts;
        this.pending = parts.pending();
        this.events = events;
        this.unsent = new UnsentReport(events);
        this.relaysToTry = new RelaysToTry(parts.env());
        this.completion = new HandshakeCompletion(parts, events);
        this.firstMessage = new FirstMessage(parts, events);
    }

    /** Begins a handshake unless one is pending; {@code first} waits in it. */
    public void start(Ip overlay, @Nullable QueuedMessage first, Tick now) {
        Pending handshake = pending.byOverlay(overlay);
        if (handshake != null) {
            enqueue(handshake, first);
            if (handshake.superseded) {
                // It is older than the peer's tunnel: Nebula 1.6 refuses it while it has that.
                pending.forgetMessage1(handshake);
                handshake.attempts = 0;
                resume(handshake, now.nanos());
            }
            return;
        }
        handshake = pending.add(overlay, now);
        if (handshake == null) {
            drop(overlay, first);
            return;
        }
        parts.counters().countInitiated();
        enqueue(handshake, first);
        handshake.attemptsByRelaysOnly = relaysToTry.areFirst(overlay) ? RELAYS_FIRST_ATTEMPTS : 0;
        boolean staticKnown = env.directory().handshakeStarting(overlay, now);
        env.directory().query(overlay, now);
        boolean known =
                staticKnown || !candidates(handshake).isEmpty() || !relays(handshake).isEmpty();
        arm(handshake, now.nanos() + (known ? 0 : tryInterval()));
    }

    /**
     * Begins a handshake, or changes one that has sent nothing yet, so that it shows a certificate
     * of that version.
     *
     * @param version 0 for what the configuration says
     */
    public void startWith(int version, Ip overlay, Tick now) {
        start(overlay, null, now);
        Pending handshake = pending.byOverlay(overlay);
        if (handshake != null && version != 0) {
            handshake.version = version;
        }
    }

    /**
     * Begins a handshake beside a tunnel whose path does not work any more. Where the peer can be
     * reached through relays the first tries go through these only: a stock peer answers where
     * message 1 came from, and would choose a direct path that carries packets in one direction.
     */
    public void startBeside(Ip overlay, Tick now) {
        if (!isPending(overlay)) {
            start(overlay, null, now);
            Pending handshake = pending.byOverlay(overlay);
            if (handshake != null
                    && env.settings().get().config().relay().useRelays()
                    && !relays(handshake).isEmpty()) {
                handshake.attemptsByRelaysOnly = RELAYS_FIRST_ATTEMPTS;
            }
        }
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

    /** Whether a handshake is under way that the peer has not made needless. */
    public boolean isPending(Ip overlay) {
        Pending handshake = pending.byOverlay(overlay);
        return handshake != null && !handshake.superseded;
    }

    /**
     * A message 1 of the peer was answered. If it is the peer's, its next packet makes our handshake
     * needless ({@link #superseded}), so ours waits with its next try. Once for each handshake, as
     * anybody can send a message 1 in the peer's name.
     */
    public void yieldTo(Ip overlay, Tick now) {
        Pending handshake = pending.byOverlay(overlay);
        long until = now.nanos() + YIELD_NANOS;
        if (handshake != null && handshake.yieldUntil(until)) {
            arm(handshake, Math.max(handshake.nextAttemptNanos, until));
        }
    }

    /**
     * The peer has proven itself on a tunnel that its own message 1 made, and packets go by it, so
     * that this handshake is not needed any more. It ends if its message 1 has not gone out, else it
     * waits for the answer and sends nothing: Nebula up to 1.6 forgets a session for each message 1
     * that it takes, and all packets that are on the way in the old one are lost
     * (docs/adr/0043-crossing-handshakes.md).
     */
    public void superseded(Ip overlay, Tick now) {
        Pending handshake = pending.byOverlay(overlay);
        if (handshake == null) {
            pending.endGivenUp(overlay);
            return;
        }
        if (handshake.isSent()) {
            handshake.superseded = true;
            arm(handshake, now.nanos() + LATEST_ANSWER_NANOS);
        } else {
            pending.end(handshake);
            parts.counters().countSuperseded();
        }
    }

    /**
     * A packet came for the session that a pending handshake of ours is to make, so the peer has
     * answered. If nothing is sent any more its message 2 may be lost: it gets message 1 again in a
     * moment, and answers with the same message 2.
     *
     * @param index ours, as in the packet's header; anybody may have sent that
     */
    public void packetBeforeAnswer(int index, Tick now) {
        Pending handshake = pending.byIndex(index);
        if (handshake != null && handshake.superseded) {
            handshake.attempts = Math.min(handshake.attempts, retries() - 1);
            resume(handshake, now.nanos() + tryInterval());
        }
    }

    private void resume(Pending handshake, long nextAttemptNanos) {
        handshake.superseded = false;
        arm(handshake, nextAttemptNanos);
    }

    /** New candidates have come: tries at once if they differ from those tried last. */
    public void wake(Ip overlay, Tick now) {
        Pending handshake = pending.byOverlay(overlay);
        if (handshake == null
                || !handshake.maySend(now)
                || candidates(handshake).equals(handshake.triedRemotes)
                        && relays(handshake).equals(handshake.triedRelays)) {
            return;
        }
        if (handshake.attempts < retries()) {
            tryNow(handshake, now);
        }
    }

    /**
     * Something answers at the peer's address, without proof of who it is: tries now, and again soon. To be called once
     * a second at most.
     */
    public void hurry(Ip overlay, Tick now) {
        Pending handshake = pending.byOverlay(overlay);
        if (handshake != null && handshake.started() != null && handshake.maySend(now)) {
            handshake.attempts = Math.min(handshake.attempts, retries() - 1);
            attempt(handshake, now);
            arm(handshake, now.nanos() + tryInterval());
        }
    }

    /**
     * The network may work again that did not when these were last tried: tries them anew, from the short pauses on, at
     * most {@value #MAX_WOKEN} at once, oldest first.
     */
    public void wakeAll(Tick now) {
        for (Pending handshake : pending.oldest(MAX_WOKEN)) {
            if (handshake.maySend(now)) {
                handshake.attempts = 0;
                tryNow(handshake, now);
            }
        }
    }

    /**
     * There is a tunnel to that relay: tries whom it may lead to, at most {@value #MAX_WOKEN} at
     * once, oldest first.
     */
    public void wakeThrough(List<Ip> relay, Tick now) {
        int woken = 0;
        for (Pending handshake : List.copyOf(pending.all())) {
            boolean mayTry = handshake.attempts > 0 && handshake.maySend(now);
            List<Ip> relays = mayTry ? relays(handshake) : List.of();
            if (!Collections.disjoint(relays, relay)) {
                tryRelays(handshake, relays, RelayTry.AGAIN, now);
                if (++woken == MAX_WOKEN) {
                    return;
                }
            }
        }
    }

    /** Sends no message 1 any more. */
    public void end() {
        firstMessage.end();
    }

    /** Runs what is due; returns how much. */
    public int onTimer(Tick now) {
        unsent.onTimer(now);
        pending.endOld(now);
        int done = 0;
        for (Pending due = timers.pollDue(now.nanos());
                due != null;
                due = timers.pollDue(now.nanos())) {
            done++;
            if (pending.byOverlay(due.overlay) != due || now.nanos() < due.nextAttemptNanos) {
                continue; // over, or armed anew since
            }
            if (due.superseded) {
                pending.end(due);
                parts.counters().countSuperseded();
            } else if (due.attempts >= retries()) {
                giveUp(due, now);
            } else {
                tryNow(due, now);
            }
        }
        return done;
    }

    private void tryNow(Pending handshake, Tick now) {
        attempt(handshake, now);
        arm(handshake, now.nanos() + tryInterval() * (handshake.attempts + 1));
    }

    private void arm(Pending handshake, long atNanos) {
        handshake.nextAttemptNanos = atNanos;
        timers.at(atNanos, handshake);
    }

    public long nextDeadlineNanos() {
        long next = Math.min(timers.nextNanos(), pending.nextOldNanos());
        return Math.min(next, unsent.nextDeadlineNanos());
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

    private List<Ip> relays(Pending handshake) {
        return relaysToTry.of(handshake.overlay);
    }

    /** A relay can carry message 1 to this peer: sends it without waiting for the next try. */
    public void relayReady(Ip overlay, Tick now) {
        Pending handshake = pending.byOverlay(overlay);
        if (handshake != null && handshake.started() != null && handshake.maySend(now)) {
            tryRelays(handshake, relays(handshake), RelayTry.READY, now);
        }
    }

    private void tryRelays(Pending handshake, List<Ip> relays, RelayTry why, Tick now) {
        HandshakeStep.Send message1 = firstMessage.of(handshake, now);
        if (message1 != null) {
            handshake.triedRelays = relays;
            byte[] datagram = message1.datagram().toArray();
            if (env.sender().relay(handshake.overlay, relays, why, datagram, now) > 0) {
                handshake.message1Sent(now);
            }
        }
    }

    private void giveUp(Pending handshake, Tick now) {
        pending.giveUp(handshake, now);
        parts.counters().countTimedOut();
        List<QueuedMessage> lost = pending.takeWaiting(handshake);
        lost.forEach(env.neverSent());
        env.directory().handshakeFailed(handshake.overlay);
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
        HandshakeStep.Send message1 = firstMessage.of(handshake, now);
        if (message1 == null) {
            return; // the tries run out, and so end what waits
        }
        List<UnderlayAddr> remotes = candidates(handshake);
        boolean unknown = remotes.isEmpty() && handshake.attempts > 1;
        if (unknown || handshake.attempts >= REQUERY_FROM_ATTEMPT) {
            env.directory().query(handshake.overlay, now);
        }
        handshake.triedRemotes = remotes;
        if (!remotes.isEmpty() && handshake.attempts > handshake.attemptsByRelaysOnly) {
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
        List<Ip> relays = relays(handshake);
        boolean changed = !relays.equals(handshake.triedRelays);
        tryRelays(handshake, relays, changed ? RelayTry.FIRST : RelayTry.AGAIN, now);
    }

    /**
     * @param index the header's remote index, which names our pending handshake
     */
    public Message2Outcome message2(Path from, int index, Bytes datagram, Tick now) {
        return completion.message2(from, index, datagram, now);
    }

    /** Takes what waits for this peer, as another tunnel can carry it; the handshake itself goes on. */
    public List<QueuedMessage> takeWaiting(Ip overlay) {
        Pending handshake = pending.byOverlay(overlay);
        return handshake == null ? List.of() : pending.takeWaiting(handshake);
    }
}
