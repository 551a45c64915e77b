package dev.asterism.mesh;

import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.RemoteList;
import dev.asterism.sim.SimEnvironment;
import java.util.List;
import java.util.Map;

/** Knows besides which relays each host says it can be reached through, as a lighthouse would. */
final class RelayDirectory extends StaticDirectory {

    private static final Ip TOLD_BY = Ip.of("10.42.255.254");

    private final Map<Ip, List<Ip>> relays;

    /**
     * @param relays by host; may change at any time
     */
    RelayDirectory(
            SimEnvironment environment,
            NodeSnapshot snapshot,
            ControlLink link,
            Map<Ip, List<Ip>> relays) {
        super(environment, snapshot, link);
        this.relays = relays;
    }

    @Override
    public RemoteList remotesOf(Ip overlay) {
        RemoteList list = super.remotesOf(overlay);
        list.report(TOLD_BY, List.of(), relays.getOrDefault(overlay, List.of()));
        return list;
    }
}
