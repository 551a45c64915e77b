package dev.asterism.overlay.node;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Deadlines;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Packets that go into a session which the peer may not have any more. Two signs say so: a recv_error for it, and a
 * message 1 of the peer, each from where packets go. Either can be forged, so packets go on as they went. But from the
 * first sign on a copy of each is kept, and when both have come the copies go by the session that message 1 made, as do
 * those of what follows, until the peer proves itself on it or {@value #PATIENCE_MILLIS} ms are over. The peer has one
 * of the two sessions, so it takes each packet once.
 *
 * <p>Whoever forges one of them makes lanes copy {@value #MOST_COPIES} packets, in vain; whoever forges both makes us
 * send these twice, of which the peer takes one each, and nothing else (docs/adr/0007-unconfirmed-tunnels.md). Control
 * plane only.
 */
final class DoubtedSessions {

    static final int MOST_COPIES = 512;

    private static final int PATIENCE_MILLIS = 500;
    private static final long PATIENCE_NANOS = PATIENCE_MILLIS * 1_000_000L;

    /** Peers at the same time, and bytes of all copies that are kept. */
    private static final int MOST_DOUBTS = 256;

    private static final int MOST_BYTES = 1 << 20;

    private final TunnelTable tunnels;
    private final ControlSender sender;

    /** By the session that is doubted, the oldest first. */
    private final Map<Tunnel, Doubt> doubts = new LinkedHashMap<>();

    private final Deadlines<Doubt> ends = new Deadlines<>();
    private int heldBytes;

    private static final class Doubt {

        private final Tunnel tunnel;
        private final ArrayDeque<Bytes> copies = new ArrayDeque<>();
        private boolean denied;
        private @Nullable Tunnel successor;

        private Doubt(Tunnel tunnel) {
            this.tunnel = tunnel;
        }
    }

    DoubtedSessions(TunnelTable tunnels, ControlSender sender) {
        this.tunnels = tunnels;
        this.sender = sender;
    }

    /** Somebody at the peer's address says that there is no such session. */
    void denied(Tunnel tunnel, Tick now) {
        if (tunnels.isPrimary(tunnel) && tunnel.isConfirmed()) {
            Doubt doubt = doubt(tunnel, now);
            if (doubt != null) {
                doubt.denied = true;
                sendCopies(doubt);
            }
        }
    }

    /** A message 1 in the peer's name made this tunnel, which nobody has used yet. */
    void rivalled(Tunnel next, Tick now) {
        Tunnel tunnel = tunnels.byOverlay(next.primaryAddress());
        if (tunnel == null
                || tunnel == next
                || !tunnel.isConfirmed()
                || tunnel.path() == null
                || !Objects.equals(tunnel.path(), next.path())
                || !isSameCertificate(tunnel, next)) {
            return;
        }
        Doubt doubt = doubt(tunnel, now);
        if (doubt != null) {
            doubt.successor = next;
            sendCopies(doubt);
        }
    }

    /** What may be sent to the one may be sent to the other. */
    private static boolean isSameCertificate(Tunnel one, Tunnel other) {
        return one.peer()
                .certificate()
                .fingerprint()
                .equals(other.peer().certificate().fingerprint());
    }

    /** Null when there are too many already. */
    private @Nullable Doubt doubt(Tunnel tunnel, Tick now) {
        Doubt known = doubts.get(tunnel);
        if (known != null || doubts.size() >= MOST_DOUBTS) {
            return known;
        }
        Doubt doubt = new Doubt(tunnel);
        doubts.put(tunnel, doubt);
        tunnel.keepCopies(MOST_COPIES);
        ends.at(now.nanos() + PATIENCE_NANOS, doubt);
        return doubt;
    }

    /** A lane has sent this packet by a tunnel of which copies are kept. */
    void copied(Tunnel tunnel, Bytes packet) {
        Doubt doubt = doubts.get(tunnel);
        if (doubt == null) {
            return;
        }
        if (heldBytes + packet.length() > MOST_BYTES) {
            tunnel.keepCopies(0);
            return;
        }
        doubt.copies.add(packet);
        heldBytes += packet.length();
        sendCopies(doubt);
    }

    private void sendCopies(Doubt doubt) {
        Tunnel successor = doubt.successor;
        if (!doubt.denied || successor == null || successor.isRemoved()) {
            return;
        }
        for (Bytes copy = doubt.copies.poll(); copy != null; copy = doubt.copies.poll()) {
            heldBytes -= copy.length();
            sender.packet(successor, copy.toArray());
        }
    }

    /** The session has carried something since: it is the peer's. */
    void answered(Tunnel tunnel) {
        Doubt doubt = doubts.get(tunnel);
        if (doubt != null) {
            end(doubt);
        }
    }

    int onTimer(Tick now) {
        int done = 0;
        for (Doubt due = ends.pollDue(now.nanos()); due != null; due = ends.pollDue(now.nanos())) {
            done++;
            if (doubts.get(due.tunnel) == due) {
                end(due);
            }
        }
        return done;
    }

    private void end(Doubt doubt) {
        doubt.tunnel.keepCopies(0);
        doubts.remove(doubt.tunnel);
        doubt.copies.forEach(copy -> heldBytes -= copy.length());
        doubt.copies.clear(); // its timer still has it
    }

    long nextDeadlineNanos() {
        return ends.nextNanos();
    }
}
