package dev.asterism.mesh;

import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.discovery.PeerDiscovery;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.sim.SimEnvironment;

/** Makes what finds peers for one node. */
@FunctionalInterface
public interface MeshDiscovery {

    PeerDiscovery create(SimEnvironment environment, NodeSnapshot snapshot, ControlLink link);
}
