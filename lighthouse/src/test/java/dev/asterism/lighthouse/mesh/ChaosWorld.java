package dev.asterism.lighthouse.mesh;

import dev.asterism.lighthouse.memory.RememberedPeer;
import dev.asterism.mesh.Mesh;
import dev.asterism.mesh.MeshHost;
import dev.asterism.sim.NatBehaviour;
import dev.asterism.sim.NatBehaviour.Dependence;
import dev.asterism.sim.NatBehaviour.Ports;
import dev.asterism.sim.SimDatagram;
import dev.asterism.sim.SimLink;
import dev.asterism.sim.SimMesh;
import dev.asterism.sim.SimNat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Four hosts, two relays and a lighthouse. Hosts a and b share two networks, c is behind a NAT that restricts ports, d
 * behind a symmetric one, so that c and d reach each other through a relay only. Every host keeps addresses over its
 * restarts, as agents do.
 */
final class ChaosWorld {

    static final int ENDS = 4;
    static final int RELAYS = 2;
    static final int FIRST_BEHIND_NAT = 2;
    static final int STATIONS = ENDS + RELAYS;

    private static final List<String> NAMES = List.of("a", "b", "c", "d", "relay1", "relay2");
    private static final int STEP_MILLIS = 50;
    private static final String LOCAL_NETWORK = "10.1.";
    private static final int IP_AND_UDP = 28;
    private static final NatBehaviour PORT_RESTRICTED =
            NatBehaviour.nat(Dependence.ENDPOINT_INDEPENDENT, Dependence.ADDRESS_AND_PORT_DEPENDENT)
                    .withPorts(Ports.RANDOM);
    private static final NatBehaviour SYMMETRIC =
            NatBehaviour.nat(
                            Dependence.ADDRESS_AND_PORT_DEPENDENT,
                            Dependence.ADDRESS_AND_PORT_DEPENDENT)
                    .withPorts(Ports.RANDOM);

    private final Mesh mesh;
    private final Map<String, List<RememberedPeer>> kept = new LinkedHashMap<>();
    private final MeshHost lighthouse;
    private final List<MeshHost> stations = new ArrayList<>();
    private final List<SimNat> nats;
    private final List<ChaosFlow> flows = new ArrayList<>();
    private final List<ChaosFault> active = new ArrayList<>();
    private int readdressed;

    ChaosWorld(SimMesh sim) {
        mesh = LighthouseMesh.remembering(sim, kept);
        nats = List.of(sim.network().nat(PORT_RESTRICTED), sim.network().nat(SYMMETRIC));
        lighthouse = mesh.lighthouse("lighthouse");
        NAMES.forEach(name -> stations.add(mesh.host(name).use(lighthouse)));
        stations.get(0).at("198.51.100.60", "10.1.0.2");
        stations.get(1).at("198.51.100.61", "10.1.0.3");
        stations.get(2).behind(nats.get(0));
        stations.get(3).behind(nats.get(1));
        List<MeshHost> relays = stations.subList(ENDS, STATIONS);
        relays.forEach(relay -> relay.section("relay", "{am_relay: true}"));
        String named =
                String.join(", ", relays.stream().map(r -> "\"" + r.address() + "\"").toList());
        for (MeshHost end : stations.subList(0, ENDS)) {
            relays.forEach(end::knows);
            end.section("relay", "{relays: [" + named + "]}");
            end.section("punchy", "{punch: true, respond: true}");
        }
        sim.network().intercept(this::carry);
        mesh.startAll();
        mesh.runFor(Duration.ofSeconds(2));
        for (int[] pair : new int[][] {{0, 1}, {0, 2}, {1, 3}, {2, 3}}) {
            flows.add(new ChaosFlow(mesh, stations, pair[0], pair[1]));
            flows.add(new ChaosFlow(mesh, stations, pair[1], pair[0]));
        }
        run(8_000);
        flows.forEach(flow -> flow.requireHeard());
    }

    static String nameOf(int station) {
        return NAMES.get(station);
    }

    static String natted(int one) {
        return NAMES.get(2 + one % 2);
    }

    static String relayName(int one) {
        return NAMES.get(ENDS + one % RELAYS);
    }

    /** Throws when an invariant is broken; the message says which. */
    void suffer(List<ChaosFault> faults) {
        int now = 0;
        int end = faults.isEmpty() ? 0 : faults.getLast().atMillis() + 8_000;
        List<ChaosFault> coming = new ArrayList<>(faults);
        while (now < end) {
            int until = now;
            List<ChaosFault> over =
                    active.stream().filter(f -> f.atMillis() + f.lastsMillis() <= until).toList();
            over.forEach(this::end);
            while (!coming.isEmpty() && coming.getFirst().atMillis() <= now) {
                begin(coming.removeFirst());
            }
            run(STEP_MILLIS);
            now += STEP_MILLIS;
        }
    }

    private void run(int millis) {
        for (int left = millis; left > 0; left -= STEP_MILLIS) {
            flows.forEach(ChaosFlow::send);
            mesh.runFor(Duration.ofMillis(STEP_MILLIS));
            boolean loses = isActive(ChaosFault.Kind.WEATHER);
            flows.forEach(flow -> flow.look(paths(flow.one(), flow.other()), loses));
        }
    }

    private void begin(ChaosFault fault) {
        if (fault.lasts()) {
            active.add(fault);
        }
        MeshHost one = stations.get(fault.one());
        switch (fault.kind()) {
            case RELAY_KILLED -> crash(relay(fault));
            case LIGHTHOUSE_KILLED -> crash(lighthouse);
            case RESTART -> {
                one.loseState();
                disturbed(fault.one());
            }
            case NAT_FORGETS -> {
                nat(fault).forget();
                disturbed(2 + fault.one() % 2);
            }
            case NAT_READDRESSED -> {
                nat(fault).readdress("203.0.113." + ++readdressed);
                disturbed(2 + fault.one() % 2);
            }
            case CLOCK_STEP -> one.sim().wallSkew(Duration.ofSeconds(fault.amount()));
            case UNDERLAY_NOTICE -> one.node().noticeUnderlayChange();
            case WEATHER -> mesh.network().wideArea(weather(fault.amount()));
            case MTU_HOLE -> flows.forEach(ChaosFlow::sizeChanged);
            case CUT, CUT_ONE_WAY, LOCAL_NETWORK_UNPLUGGED -> {}
        }
    }

    private void end(ChaosFault fault) {
        active.remove(fault);
        switch (fault.kind()) {
            case RELAY_KILLED -> startUnlessKilled(relay(fault), fault);
            case LIGHTHOUSE_KILLED -> startUnlessKilled(lighthouse, fault);
            case WEATHER -> mesh.network().wideArea(SimLink.WIDE_AREA);
            default -> {}
        }
    }

    private static void crash(MeshHost host) {
        if (host.sim().isRunning()) {
            host.sim().crash();
        }
    }

    private void startUnlessKilled(MeshHost host, ChaosFault ended) {
        boolean killed =
                active.stream()
                        .anyMatch(
                                f ->
                                        f.kind() == ended.kind()
                                                && (f.kind() != ChaosFault.Kind.RELAY_KILLED
                                                        || relay(f) == host));
        if (!killed) {
            host.start();
        }
    }

    private MeshHost relay(ChaosFault fault) {
        return stations.get(ENDS + fault.one() % RELAYS);
    }

    private SimNat nat(ChaosFault fault) {
        return nats.get(fault.one() % 2);
    }

    private void disturbed(int station) {
        flows.stream()
                .filter(f -> f.one() == station || f.other() == station)
                .forEach(ChaosFlow::disturbed);
    }

    private static SimLink weather(int lostInThousand) {
        return SimLink.WIDE_AREA
                .withJitter(Duration.ofMillis(5))
                .withFaults(new SimLink.Faults(lostInThousand / 1_000.0, 0.05, 0.1, 0));
    }

    // What gets through.

    private void carry(SimDatagram datagram, Consumer<SimDatagram> onward) {
        int from = NAMES.indexOf(datagram.sender());
        int to = ownerOf(datagram);
        boolean local = datagram.to().ip().toString().startsWith(LOCAL_NETWORK);
        if (from < 0 || to < 0) {
            onward.accept(datagram);
        } else if (!isCut(from, to)
                && !(local && isActive(ChaosFault.Kind.LOCAL_NETWORK_UNPLUGGED))
                && datagram.content().length() + IP_AND_UDP <= mtu(from, to)) {
            onward.accept(datagram);
        }
    }

    private int ownerOf(SimDatagram datagram) {
        for (int i = 0; i < STATIONS; i++) {
            if (i == 2 || i == 3
                    ? nats.get(i - 2).address().equals(datagram.to().ip())
                    : stations.get(i).sim().underlay().contains(datagram.to().ip())) {
                return i;
            }
        }
        return -1;
    }

    private boolean isActive(ChaosFault.Kind kind) {
        return active.stream().anyMatch(fault -> fault.kind() == kind);
    }

    private boolean isCut(int from, int to) {
        return active.stream()
                .anyMatch(
                        f ->
                                switch (f.kind()) {
                                    case CUT ->
                                            f.one() == from && f.other() == to
                                                    || f.one() == to && f.other() == from;
                                    case CUT_ONE_WAY -> f.one() == from && f.other() == to;
                                    default -> false;
                                });
    }

    private int mtu(int from, int to) {
        return active.stream()
                .filter(
                        f ->
                                f.kind() == ChaosFault.Kind.MTU_HOLE
                                        && f.one() == from
                                        && f.other() == to)
                .mapToInt(ChaosFault::amount)
                .min()
                .orElse(Integer.MAX_VALUE);
    }

    /**
     * By which ways two ends can reach each other now, both directions of each being whole: bit 0
     * is the direct one by the public network, bit 1 by the local one, bit 2 and up the relays. Two
     * hosts behind NATs have no direct one here.
     */
    private int paths(int one, int other) {
        int found = 0;
        boolean bothBehindNats = one >= FIRST_BEHIND_NAT && other >= FIRST_BEHIND_NAT;
        if (!bothBehindNats && isWhole(one, other)) {
            found |= 1;
            boolean local =
                    one < 2 && other < 2 && !isActive(ChaosFault.Kind.LOCAL_NETWORK_UNPLUGGED);
            found |= local ? 2 : 0;
        }
        for (int relay = ENDS; relay < STATIONS; relay++) {
            if (stations.get(relay).sim().isRunning()
                    && isWhole(one, relay)
                    && isWhole(other, relay)) {
                found |= 4 << relay - ENDS;
            }
        }
        return found;
    }

    private boolean isWhole(int one, int other) {
        return !isCut(one, other) && !isCut(other, one);
    }
}
