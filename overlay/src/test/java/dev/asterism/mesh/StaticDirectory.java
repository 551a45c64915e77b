package dev.asterism.mesh;

import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.discovery.PeerDiscovery;
import dev.asterism.overlay.discovery.PeerMessage;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.CandidateFilter;
import dev.asterism.overlay.path.RemoteAllowList;
import dev.asterism.overlay.path.RemoteList;
import dev.asterism.sim.SimEnvironment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Knows peers from {@code static_host_map} and from what scenarios tell it; speaks to nobody. */
class StaticDirectory implements PeerDiscovery {

    private final NodeSnapshot snapshot;
    private final Map<Ip, RemoteList> lists = new LinkedHashMap<>();
    private OverlayConfig config;
    private CandidateFilter filter;

    StaticDirectory(SimEnvironment environment, NodeSnapshot snapshot, ControlLink link) {
        this.snapshot = snapshot;
        config = snapshot.config();
        filter = filterOf(config);
    }

    private CandidateFilter filterOf(OverlayConfig current) {
        RemoteAllowList allowed =
                new RemoteAllowList(
                        current.lighthouse().remoteAllowList(),
                        current.lighthouse().remoteAllowRanges());
        return new CandidateFilter(allowed, snapshot.identity().certificate().networks(), true);
    }

    @Override
    public RemoteList remotesOf(Ip overlay) {
        return lists.computeIfAbsent(overlay, this::listOf);
    }

    private RemoteList listOf(Ip overlay) {
        RemoteList list = new RemoteList(List.of(overlay), () -> filter);
        list.configure(configured(overlay));
        return list;
    }

    private List<UnderlayAddr> configured(Ip overlay) {
        return config.staticHostMap().getOrDefault(overlay, List.of()).stream()
                .map(entry -> new UnderlayAddr(Ip.of(entry.host()), entry.port()))
                .toList();
    }

    @Override
    public boolean handshakeStarting(Ip overlay, Tick now) {
        return config.staticHostMap().containsKey(overlay);
    }

    @Override
    public void reconfigure(OverlayConfig next, Tick now) {
        config = next;
        filter = filterOf(next);
        lists.forEach((overlay, list) -> list.configure(configured(overlay)));
    }

    @Override
    public void peerGone(List<Ip> peerAddresses) {
        peerAddresses.forEach(lists::remove);
    }

    @Override
    public void handshakeFailed(Ip overlay) {}

    @Override
    public boolean isLighthouse(Ip overlay) {
        return false;
    }

    @Override
    public long nextDeadlineNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public void query(Ip overlay, Tick now) {}

    @Override
    public void sessionMade(List<Ip> peerAddresses, Tick now) {}

    @Override
    public void onTimer(Tick now) {}

    @Override
    public void localAddressesChanged(Tick now) {}

    @Override
    public boolean isBehindNat() {
        return false;
    }

    @Override
    public void handle(PeerMessage message, Tick now) {}
}
