package dev.asterism.overlay.handshake;

import dev.asterism.overlay.cert.Credential;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.RelayLeg;
import dev.asterism.overlay.tunnel.IndexFilter;
import dev.asterism.overlay.tunnel.PathHistory;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.view.HandshakeView;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Handshakes of ours that wait for message 2 (spec wire.md 5.1), by the address they look for and,
 * once message 1 is made, by our index; and what waits in them to be sent. All of it is bounded.
 *
 * <p>One that has run out of tries is kept for a while. A peer that was asleep finds all messages 1
 * of that time when it wakes up, answers each, and sends by the session that it made last. So there
 * is only one message 1 to find: whoever looks for the peer again goes on with it, and an answer is
 * taken at any time (docs/adr/0056-one-message-1-for-a-sleeping-peer.md). One thread.
 */
final class PendingHandshakes {

    /** A host that scans its overlay network must not fill our memory. */
    static final int MAX = 4096;

    static final int MAX_WAITING_IN_EACH = 100;

    /** All packets that wait for tunnels: a scan of absent addresses must not fill the heap. */
    static final int MAX_WAITING_BYTES = 4 << 20;

    /** Peers without a handshake under way whose last message 1 is kept. */
    static final int MAX_GIVEN_UP = 256;

    /** From when a message 1 was made until another one is made for the same peer. */
    static final long LIFETIME_NANOS = 60_000_000_000L;

    private final IndexFilter awaited;
    private final Map<Ip, Pending> byOverlay = new LinkedHashMap<>();
    private final Map<Integer, Pending> byIndex = new LinkedHashMap<>();

    /** These can be found by their index still; oldest first. */
    private final Map<Ip, Pending> givenUp = new LinkedHashMap<>();

    private int waitingBytes;

    /**
     * @param awaited the indexes by which message 2 can find one, for lanes
     */
    PendingHandshakes(IndexFilter awaited) {
        this.awaited = awaited;
    }

    /** One of them. */
    static final class Pending {

        final Ip overlay;
        final long startedNanos;
        int attempts;
        int attemptsByRelaysOnly;

        /** Of the certificate that message 1 shall show; 0 for what the configuration says. */
        int version;

        long nextAttemptNanos;
        List<UnderlayAddr> triedRemotes = List.of();
        List<Ip> triedRelays = List.of();
        final JunkRateLimiter junk = new JunkRateLimiter(50, 10);
        private final ArrayDeque<QueuedMessage> waiting = new ArrayDeque<>();
        private @Nullable Started started;

        /** Whether {@link #started} is that of a handshake which was given up, and nobody has judged it yet. */
        private boolean takenOver;

        private int sends;
        private long sentNanos;

        /** The peer has made a tunnel of its own meanwhile; nothing is sent any more. */
        boolean superseded;

        /** Until then the peer's own handshake goes first. */
        private long yieldsUntilNanos = Long.MIN_VALUE;

        private Pending(Ip overlay, long startedNanos) {
            this.overlay = overlay;
            this.startedNanos = startedNanos;
        }

        /** The machine and the message 1 that every attempt sends; null before the first attempt. */
        @Nullable Started started() {
            return started;
        }

        /** Whether it would go on with the message 1 of a handshake that was given up. */
        boolean isTakenOver() {
            return takenOver;
        }

        void keepTakenOver() {
            takenOver = false;
        }

        private void takeOver(Pending before) {
            started = before.started;
            takenOver = true;
            sends = before.sends;
            sentNanos = before.sentNanos;
        }

        /** Whether message 1 has gone out by this path. */
        boolean wasTried(Path path) {
            return switch (path) {
                case Path.Direct(UnderlayAddr address) -> triedRemotes.contains(address);
                case Path.Relayed(RelayLeg leg) -> leg.peer().equals(overlay);
            };
        }

        /** Lets the peer's own handshake go first; false when it has done so before. */
        boolean yieldUntil(long nanos) {
            boolean first = yieldsUntilNanos == Long.MIN_VALUE;
            if (first) {
                yieldsUntilNanos = nanos;
            }
            return first;
        }

        /** Whether message 1 may go out now. */
        boolean maySend(Tick now) {
            boolean yields =
                    yieldsUntilNanos != Long.MIN_VALUE && now.nanos() - yieldsUntilNanos < 0;
            return !superseded && !yields;
        }

        /** Whether a message 1 has gone out that may be answered. */
        boolean isSent() {
            return sends > 0;
        }

        void message1Sent(Tick now) {
            sends++;
            sentNanos = now.nanos();
        }

        /** Message 2 came. If message 1 was sent more than once, nobody can tell which of them it answers. */
        void tellRoundTrip(Tunnel tunnel, Tick now) {
            if (sends == 1) {
                tunnel.watch().quality.handshakeTook(now.nanos() - sentNanos, now.nanos());
            }
        }

        /** What was tried, and that {@code answered} was the first to answer. */
        void tellPaths(Tunnel tunnel, Path answered, Tick now) {
            PathHistory paths = tunnel.watch().paths;
            long tried = sends == 0 ? startedNanos : sentNanos;
            triedRemotes.forEach(to -> paths.of(Path.to(to)).tried(tried));
            triedRelays.forEach(relay -> paths.ofRelay(relay).tried(tried));
            paths.of(answered).handshakeAnswered(now.nanos());
        }

        /**
         * @param maxAttempts how often message 1 is sent at most
         */
        HandshakeView view(List<UnderlayAddr> candidates, int maxAttempts, Tick now) {
            return new HandshakeView(
                    overlay,
                    attempts,
                    maxAttempts,
                    Duration.ofNanos(Math.max(0, now.nanos() - startedNanos)),
                    candidates,
                    triedRemotes,
                    waiting.size());
        }
    }

    /**
     * @param shown the credential and the extensions that message 1 shows
     */
    record Started(
            HandshakeMachine machine,
            HandshakeStep.Send message1,
            Credential shown,
            int extensions,
            long madeNanos) {

        boolean isOver(Tick now) {
            return now.nanos() - madeNanos >= LIFETIME_NANOS;
        }

        private int index() {
            return message1.localIndex();
        }
    }

    @Nullable Pending byOverlay(Ip overlay) {
        return byOverlay.get(overlay);
    }

    @Nullable Pending byIndex(int index) {
        return byIndex.get(index);
    }

    /** Null when there are too many already. */
    @Nullable Pending add(Ip overlay, Tick now) {
        if (byOverlay.size() >= MAX) {
            return null;
        }
        Pending added = new Pending(overlay, now.nanos());
        byOverlay.put(overlay, added);
        Pending before = givenUp.remove(overlay);
        if (before != null && before.started != null) {
            added.takeOver(before);
            byIndex.put(before.started.index(), added);
        }
        return added;
    }

    /** From now on message 2 finds it. */
    void start(Pending handshake, Started started) {
        handshake.started = started;
        handshake.takenOver = false;
        byIndex.put(started.index(), handshake);
        awaited.add(started.index());
    }

    /** Its session is made; the index is the tunnel's from now on. */
    void remove(Pending handshake) {
        byOverlay.remove(handshake.overlay, handshake);
        givenUp.remove(handshake.overlay, handshake);
        if (handshake.started != null) {
            byIndex.remove(handshake.started.index(), handshake);
        }
    }

    /** No answer is taken any more; its secrets are wiped. */
    void end(Pending handshake) {
        remove(handshake);
        forgetMessage1(handshake);
    }

    /** The same, and another message 1 is made for it. */
    void forgetMessage1(Pending handshake) {
        Started started = handshake.started;
        if (started != null) {
            byIndex.remove(started.index(), handshake);
            awaited.remove(started.index());
            started.machine().destroy();
            handshake.started = null;
            handshake.sends = 0;
        }
    }

    /** It has run out of tries. */
    void giveUp(Pending handshake, Tick now) {
        Started started = handshake.started;
        if (started == null || started.isOver(now)) {
            end(handshake);
            return;
        }
        byOverlay.remove(handshake.overlay, handshake);
        givenUp.put(handshake.overlay, handshake);
        if (givenUp.size() > MAX_GIVEN_UP) {
            end(givenUp.values().iterator().next());
        }
    }

    /** Ends those that were given up and whose message 1 is too old; one may stay until those before it go. */
    void endOld(Tick now) {
        while (nextOldNanos() <= now.nanos()) {
            end(givenUp.values().iterator().next());
        }
    }

    /** When {@link #endOld} has something to do. */
    long nextOldNanos() {
        if (givenUp.isEmpty()) {
            return Long.MAX_VALUE;
        }
        Started oldest = givenUp.values().iterator().next().started;
        return oldest == null ? Long.MIN_VALUE : oldest.madeNanos() + LIFETIME_NANOS;
    }

    /** The peer has a tunnel that works: what was given up is not needed any more. */
    void endGivenUp(Ip overlay) {
        Pending handshake = givenUp.get(overlay);
        if (handshake != null) {
            end(handshake);
        }
    }

    /** False when there is no room: the newest is the one to drop. */
    boolean enqueue(Pending handshake, QueuedMessage item) {
        int bytes = item.payload().length();
        if (waitingBytes + bytes > MAX_WAITING_BYTES
                || handshake.waiting.size() >= MAX_WAITING_IN_EACH) {
            return false;
        }
        waitingBytes += bytes;
        return handshake.waiting.add(item);
    }

    /** Takes out what waits, in order. */
    List<QueuedMessage> takeWaiting(Pending handshake) {
        List<QueuedMessage> taken = new ArrayList<>(handshake.waiting);
        handshake.waiting.clear();
        for (QueuedMessage item : taken) {
            waitingBytes -= item.payload().length();
        }
        return taken;
    }

    /** Oldest first. */
    Collection<Pending> all() {
        return Collections.unmodifiableCollection(byOverlay.values());
    }

    /** So many at most, the oldest. */
    List<Pending> oldest(int most) {
        return byOverlay.values().stream().limit(most).toList();
    }

    int size() {
        return byOverlay.size();
    }

    /** Of those that are under way. */
    int indexes() {
        return byIndex.size() - givenUp.size();
    }
}
