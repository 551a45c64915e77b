package dev.asterism.overlay.node;

import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds two hosts that use one overlay address, by a copied certificate or by one address in two
 * certificates. Their sessions are used in turn from two underlay addresses: first one, then the
 * other, then the first again, by the session that it had before. A single host never does that:
 * when it moves, its session moves with it, and when it starts anew, be it at an address where it
 * was before, its old session stays silent.
 *
 * <p>While two hosts are suspected, the tunnel for sending changes at most once a minute. Control plane only.
 */
final class DuplicateWatch {

    private static final long MINUTE = 60_000_000_000L;
    private static final long SUSPECTED_NANOS = 3 * MINUTE;
    private static final long SAID_NANOS = 5 * MINUTE;
    private static final int RETURNS = 2;
    private static final int MAX_ADDRESSES = 1_024;

    private final TunnelTable tunnels;
    private final EventSink events;
    private final Map<Ip, Uses> byAddress = new LinkedHashMap<>();

    /** Who used the address last and since when, and what came before. */
    private static final class Uses {
        private Tunnel last;
        private UnderlayAddr lastAt;
        private long sinceNanos;
        private UnderlayAddr before;
        private int returns;
        private long returnedNanos;
        private long suspectedNanos = Long.MIN_VALUE;
        private long saidNanos = Long.MIN_VALUE;
        private long promotedNanos = Long.MIN_VALUE;

        Uses(Tunnel last, UnderlayAddr lastAt, long sinceNanos, UnderlayAddr before) {
            this.last = last;
            this.sinceNanos = sinceNanos;
            this.lastAt = lastAt;
            this.before = before;
        }

        boolean isSuspected(Tick now) {
            return isWithin(suspectedNanos, SUSPECTED_NANOS, now);
        }
    }

    DuplicateWatch(TunnelTable tunnels, EventSink events) {
        this.tunnels = tunnels;
        this.events = events;
    }

    /**
     * The peer has sent packets through this tunnel then, and not only answers. A use from before another tunnel took
     * over says nothing, as the checks of tunnels come in any order.
     */
    void used(Tunnel tunnel, long atNanos, Tick now) {
        UnderlayAddr at = tunnel.remote();
        if (at == null || atNanos == Long.MIN_VALUE || !tunnel.isConfirmed()) {
            return;
        }
        Uses uses = byAddress.get(tunnel.primaryAddress());
        if (uses == null) {
            begin(tunnel, at, atNanos);
            return;
        }
        if (uses.last != tunnel) {
            if (atNanos - uses.sinceNanos <= 0) {
                return;
            }
            uses.sinceNanos = atNanos;
        }
        boolean other = uses.last != tunnel && !uses.lastAt.equals(at);
        Tunnel previous = uses.last;
        UnderlayAddr previousAt = uses.lastAt;
        uses.last = tunnel;
        uses.lastAt = at;
        if (!other) {
            return;
        }
        boolean back = at.equals(uses.before) && TunnelTable.isNewer(previous, tunnel);
        uses.before = previousAt;
        if (back && returned(uses, now)) {
            suspect(uses, previous, previousAt, now);
        }
    }

    private void begin(Tunnel tunnel, UnderlayAddr at, long atNanos) {
        List<Tunnel> held = tunnels.allOf(tunnel.primaryAddress());
        for (Tunnel other : held) {
            UnderlayAddr otherAt = other.remote();
            if (other != tunnel && otherAt != null && !otherAt.equals(at)) {
                byAddress.put(tunnel.primaryAddress(), new Uses(tunnel, at, atNanos, otherAt));
                break;
            }
        }
        if (byAddress.size() > MAX_ADDRESSES) {
            byAddress.remove(byAddress.keySet().iterator().next());
        }
    }

    private static boolean returned(Uses uses, Tick now) {
        if (!isWithin(uses.returnedNanos, MINUTE, now)) {
            uses.returns = 0;
        }
        uses.returns++;
        uses.returnedNanos = now.nanos();
        return uses.returns >= RETURNS;
    }

    private void suspect(Uses uses, Tunnel other, UnderlayAddr otherAt, Tick now) {
        uses.suspectedNanos = now.nanos();
        if (isWithin(uses.saidNanos, SAID_NANOS, now)) {
            return;
        }
        uses.saidNanos = now.nanos();
        events.emit(
                new TunnelEvent.AddressUsedTwice(
                        uses.last.addresses(),
                        uses.last.peerName(),
                        uses.last.peer().certificate().fingerprint(),
                        uses.lastAt,
                        other.peerName(),
                        other.peer().certificate().fingerprint(),
                        otherAt));
    }

    /** Whether this tunnel may become the one for sending; if so, that counts as a change. */
    boolean mayPromote(Tunnel tunnel, Tick now) {
        Uses uses = byAddress.get(tunnel.primaryAddress());
        if (uses == null || !uses.isSuspected(now)) {
            return true;
        }
        if (isWithin(uses.promotedNanos, MINUTE, now)) {
            return false;
        }
        uses.promotedNanos = now.nanos();
        return true;
    }

    private static boolean isWithin(long since, long nanos, Tick now) {
        return since != Long.MIN_VALUE && now.nanos() - since < nanos;
    }
}
