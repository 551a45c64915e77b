package dev.asterism.mesh;

import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.relay.RelayEntry;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.sim.Condition;
import dev.asterism.sim.SimEnvironment;
import dev.asterism.sim.SimMesh;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Two ends whose direct path is cut, and a relay that both know. */
final class RelayMesh {

    final Mesh mesh;
    final MeshHost a;
    final MeshHost b;
    final MeshHost relay;
    private final Map<Ip, List<Ip>> relays = new LinkedHashMap<>();

    RelayMesh(SimMesh sim) {
        mesh = new Mesh(sim, this::directory);
        relay = mesh.host("relay").section("relay", "{am_relay: true}");
        a = end("a");
        b = end("b");
        sim.network().cut(a.sim(), b.sim());
    }

    private RelayDirectory directory(
            SimEnvironment environment, NodeSnapshot snapshot, ControlLink link) {
        return new RelayDirectory(environment, snapshot, link, relays);
    }

    /** A host that knows where the relay is, and can be reached through it. */
    MeshHost end(String name) {
        MeshHost end = mesh.host(name);
        end.knows(relay);
        relay.knows(end);
        relays.put(end.address(), List.of(relay.address()));
        return end;
    }

    /** After hosts have got other overlay addresses: who knew them knows these. */
    RelayMesh knownAnew() {
        for (MeshHost end : List.of(a, b)) {
            end.knows(relay);
            relay.knows(end);
            for (Ip address : end.sim().overlay()) {
                relays.put(address, List.of(relay.address()));
            }
        }
        return this;
    }

    /** Another relay that both ends know; they are reached through it after {@link #reachedThrough}. */
    MeshHost otherRelay(String name) {
        MeshHost other = mesh.host(name).section("relay", "{am_relay: true}");
        for (MeshHost end : List.of(a, b)) {
            end.knows(other);
            other.knows(end);
        }
        return other;
    }

    /** Both ends know where the other is. */
    RelayMesh acquainted() {
        a.knows(b);
        b.knows(a);
        return this;
    }

    RelayMesh withDirectPath() {
        mesh.network().heal(a.sim(), b.sim());
        return this;
    }

    void connectRelay() {
        mesh.connect(a, relay);
        mesh.connect(b, relay);
    }

    void reachedThrough(MeshHost end, MeshHost... by) {
        relays.put(end.address(), Arrays.stream(by).map(MeshHost::address).toList());
    }

    RelayMesh start() {
        mesh.startAll();
        return this;
    }

    /** The relay's address by which packets to the peer go; null while they go straight or not at all. */
    static @Nullable Ip relayOf(@Nullable Tunnel tunnel) {
        return tunnel != null && tunnel.path() instanceof Path.Relayed(var leg)
                ? leg.relay()
                : null;
    }

    Condition isRelayed(MeshHost from, MeshHost to) {
        return from.primaryTo(
                to, "goes through the relay", t -> relay.address().equals(relayOf(t)));
    }

    /** Every entry of a host on its tunnels to the neighbour. */
    static List<RelayEntry> entries(MeshHost host, MeshHost neighbour) {
        return host.tunnelsTo(neighbour).stream()
                .flatMap(tunnel -> host.node().node().relays().entries(tunnel).stream())
                .toList();
    }

    /** A host drops its tunnels to the other, which does not hear of it. */
    void forgets(MeshHost who, MeshHost whom) {
        boolean direct = Objects.requireNonNull(who.primaryTo(whom)).remote() != null;
        MeshHost hop = direct ? whom : relay;
        mesh.network().cutOneWay(who.sim(), hop.sim());
        who.node().closeTunnels(whom.address());
        mesh.runFor(Duration.ofMillis(5));
        mesh.network().heal(who.sim(), hop.sim());
    }

    /** Packets every 50 ms until one has come and one has gone back. */
    void talkUntilHeard(MeshHost from, MeshHost to, Duration within) {
        Condition heard = null;
        for (long left = within.toMillis(); left > 0; left -= 50) {
            long probe = from.sendTo(to, "are you there");
            heard = to.sim().received(probe);
            mesh.runFor(Duration.ofMillis(50));
            if (heard.holds()) {
                return;
            }
        }
        mesh.runUntil(Objects.requireNonNull(heard), Duration.ofMillis(1));
    }
}
