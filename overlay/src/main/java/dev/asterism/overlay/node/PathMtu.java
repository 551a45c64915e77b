package dev.asterism.overlay.node;

import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Deadlines;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.SnapshotCell;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.packet.TooBigPacket;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.MtuSearch;
import dev.asterism.overlay.tunnel.PathLimit;
import dev.asterism.overlay.tunnel.PathQuality;
import dev.asterism.overlay.tunnel.ProbeSizes;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.wire.Header;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a {@link MtuSearch} for each tunnel: gives it what lanes and answers tell and the time, sends
 * its test requests, and tells people and the peer's host what it found
 * (docs/adr/0030-path-mtu.md). Does nothing with {@code asterism.path_mtu: false}. Control plane
 * only.
 */
final class PathMtu {

    private static final int SEALED_BYTES = Header.LENGTH + AeadProvider.TAG_BYTES;
    private static final int UDP_BYTES = 8;

    /** Shared, as every tunnel has a search. */
    private static final ProbeSizes OVER_IPV4 = new ProbeSizes(SEALED_BYTES + UDP_BYTES + 20);

    private static final ProbeSizes OVER_IPV6 = new ProbeSizes(SEALED_BYTES + UDP_BYTES + 40);

    private final TunnelTable tunnels;
    private final SnapshotCell snapshots;
    private final ControlSender sender;
    private final EventSink events;
    private final Deadlines<Integer> timers = new Deadlines<>();

    PathMtu(TunnelTable tunnels, SnapshotCell snapshots, ControlSender sender, EventSink events) {
        this.tunnels = tunnels;
        this.snapshots = snapshots;
        this.sender = sender;
        this.events = events;
    }

    private boolean isOn() {
        return snapshots.get().config().asterism().pathMtu();
    }

    private int deviceMtu() {
        return snapshots.get().config().tun().mtu();
    }

    /** Large test requests end Nebula 1.6.1 in a panic, so they go only to peers that are known to be newer. */
    private boolean mayAsk(Tunnel tunnel) {
        return isOn() && tunnel.origin().echoes();
    }

    /** A new tunnel; what an older one to the same place knew holds for it as well. */
    void established(Tunnel tunnel) {
        if (!mayAsk(tunnel)) {
            return;
        }
        tunnel.pathLimit().listenToAll();
        for (Tunnel other : tunnels.allOf(tunnel.primaryAddress())) {
            MtuSearch known = other.watch().mtuSearch();
            if (other != tunnel
                    && known != null
                    && Objects.equals(other.watch().mtu().of, tunnel.path())) {
                searchOf(tunnel).inherit(known);
            }
        }
    }

    private MtuSearch searchOf(Tunnel tunnel) {
        Tunnel.Watch watch = tunnel.watch();
        MtuSearch search = watch.mtuSearch();
        if (search == null) {
            UnderlayAddr remote = tunnel.remote();
            boolean ipv4 = remote == null || remote.ip().isIpv4();
            search = new MtuSearch(tunnel.pathLimit(), ipv4 ? OVER_IPV4 : OVER_IPV6);
            watch.mtu().search = search;
            watch.mtu().of = tunnel.path();
        }
        return search;
    }

    /** A packet came or goes that may be too large, or the first one in a while. */
    void large(Tunnel tunnel, int bytes, Tick now) {
        change(tunnel, now, search -> search.used(bytes, deviceMtu(), now.nanos(), probes(tunnel)));
    }

    /** The peer answered a test request of so many bytes. */
    void answered(Tunnel tunnel, int bytes, Tick now) {
        if (tunnel.watch().mtuSearch() != null) {
            change(tunnel, now, search -> search.answered(bytes, now.nanos()));
        }
    }

    /** The host's network says that datagrams to this address are too large: whether that is so is asked at once. */
    void hint(Ip underlay, Tick now) {
        for (Tunnel tunnel : List.copyOf(tunnels.all())) {
            UnderlayAddr remote = tunnel.remote();
            if (remote != null && remote.ip().equals(underlay)) {
                change(tunnel, now, search -> search.hint(now.nanos(), probes(tunnel)));
            }
        }
    }

    /** After a reload. */
    void reconfigured() {
        boolean on = isOn();
        for (Tunnel tunnel : List.copyOf(tunnels.all())) {
            if (on && tunnel.watch().mtuSearch() == null) {
                established(tunnel);
            } else if (!on) {
                tunnel.pathLimit().end();
                if (tunnel.watch().mtuSearch() != null) {
                    tunnel.watch().mtu().search = null;
                }
            }
        }
    }

    int onTimer(Tick now) {
        int done = 0;
        for (Integer index = timers.pollDue(now.nanos());
                index != null;
                index = timers.pollDue(now.nanos())) {
            done++;
            Tunnel tunnel = tunnels.byIndex(index);
            // A timer that an earlier one has replaced does nothing: otherwise each of them would
            // set itself again, without end.
            if (tunnel != null && tunnel.watch().mtu().dueNanos <= now.nanos()) {
                tunnel.watch().mtu().dueNanos = Long.MAX_VALUE;
                if (tunnel.watch().mtuSearch() != null) {
                    change(tunnel, now, search -> search.onTimer(now.nanos(), probes(tunnel)));
                }
            }
        }
        return done;
    }

    long nextDeadlineNanos() {
        return timers.nextNanos();
    }

    private interface Step {
        void on(MtuSearch search);
    }

    private void change(Tunnel tunnel, Tick now, Step step) {
        if (tunnel.isRemoved() || !mayAsk(tunnel)) {
            return;
        }
        MtuSearch search = searchOf(tunnel);
        int before = tunnel.pathLimit().limit();
        PathQuality quality = tunnel.watch().quality;
        if (quality.rttNanos() != PathQuality.UNKNOWN) {
            search.roundTrip(quality.rttNanos());
        }
        noticePathChange(tunnel, search, now);
        step.on(search);
        report(tunnel, before);
        schedule(tunnel, search);
    }

    private void noticePathChange(Tunnel tunnel, MtuSearch search, Tick now) {
        Path path = tunnel.path();
        if (!Objects.equals(path, tunnel.watch().mtu().of)) {
            tunnel.watch().mtu().of = path;
            search.pathChanged(now.nanos(), probes(tunnel));
        }
    }

    private void schedule(Tunnel tunnel, MtuSearch search) {
        Tunnel.Watch watch = tunnel.watch();
        if (search.dueNanos() < watch.mtu().dueNanos) {
            watch.mtu().dueNanos = search.dueNanos();
            timers.at(watch.mtu().dueNanos, tunnel.session().localIndex());
        }
    }

    private MtuSearch.Probes probes(Tunnel tunnel) {
        return bytes -> sender.paddedTestRequest(tunnel, bytes);
    }

    private void report(Tunnel tunnel, int before) {
        int after = tunnel.pathLimit().limit();
        if (after == before) {
            return;
        }
        events.emit(
                new TunnelEvent.PathMtuChanged(
                        tunnel.addresses(), tunnel.peerName(), shown(after), shown(before)));
        if (after < before) {
            tellPeer(tunnel, after);
        }
    }

    private int shown(int limit) {
        return limit == PathLimit.NONE ? deviceMtu() : limit;
    }

    /**
     * Its host may send what never arrives here, and a Nebula there does not look for that. A host keeps the MTU for
     * each destination, so it is told for each of our addresses that it can send to.
     */
    private void tellPeer(Tunnel tunnel, int mtu) {
        UnderlayAddr remote = tunnel.remote();
        if (remote == null) {
            return;
        }
        for (Cidr ours : snapshots.get().own().networks()) {
            Ip peer = addressOfFamily(tunnel, ours.address());
            if (peer != null) {
                sender.packet(
                        tunnel, TooBigPacket.toSender(peer, remote.port(), ours.address(), mtu));
            }
        }
    }

    private static @Nullable Ip addressOfFamily(Tunnel tunnel, Ip other) {
        for (Ip address : tunnel.addresses()) {
            if (address.isIpv4() == other.isIpv4()) {
                return address;
            }
        }
        return null;
    }
}
