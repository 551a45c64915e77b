package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.firewall.FilterGate;
import dev.asterism.overlay.firewall.FilterPorts;
import dev.asterism.overlay.firewall.FilterPorts.Entry;
import dev.asterism.overlay.firewall.FilterPorts.WhenDown;
import dev.asterism.overlay.firewall.FlowOrigin;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.sim.Delivery;
import dev.asterism.sim.Flow;
import dev.asterism.sim.IpPackets;
import dev.asterism.sim.ParsedPacket;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Connections of a peer that go through an L7 filter at the other end
 * (docs/adr/0022-interception-in-the-tunnel.md).
 */
class FilterSimTest {

    private static final int WEB = 80;
    private static final int FILTER = 40_080;
    private static final int CLIENT = 51_000;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int SYN = IpPackets.TCP_SYN;
    private static final int ACK = IpPackets.TCP_ACK;

    @Seeded
    void aConnectionReachesTheFilterAndItsAnswersComeFromTheApplicationsPort(SimMesh sim) {
        World world = new World(sim);
        world.listed(WEB, FILTER);

        for (int i = 0; i < 5; i++) {
            world.client(CLIENT + i, SYN, "");
            world.client(CLIENT + i, ACK, "request " + i);
        }

        assertThat(world.atServer("request")).hasSize(5).allMatch(flow -> port(flow) == FILTER);
        assertThat(world.atClient("answer")).hasSize(5).allMatch(flow -> flow.sourcePort() == WEB);
        FlowOrigin origin = Objects.requireNonNull(world.origin(CLIENT + 3));
        assertThat(origin.peer().name()).isEqualTo("client");
        assertThat(origin.peer().groups()).containsExactly("web");
    }

    /** Both hosts take super-packets, so that every kind of checksum is under way. */
    @Seeded
    void largeBodiesArriveWholeBothWays(SimMesh sim) {
        World world = new World(sim);
        world.listed(WEB, FILTER);
        world.client(CLIENT, SYN, "");
        byte[] body = "0123456789".repeat(1000).getBytes(StandardCharsets.US_ASCII);

        world.client.sim().inject(IpPackets.tcp(world.flow(CLIENT, WEB), ACK, 1, body), 1200);
        world.server
                .sim()
                .inject(IpPackets.tcp(world.flow(CLIENT, FILTER).reversed(), ACK, 1, body), 1200);
        world.mesh.runFor(SECOND);

        assertThat(world.bytes(world.server, FILTER)).isEqualTo(body.length);
        assertThat(world.bytes(world.client, CLIENT)).isEqualTo(body.length);
    }

    @Seeded
    void aPeerThatMovesInMidConnectionKeepsIt(SimMesh sim) {
        World world = new World(sim);
        world.listed(WEB, FILTER);
        world.client(CLIENT, SYN, "");
        world.client(CLIENT, ACK, "request before");

        world.client.at("192.0.2.77");
        world.client(CLIENT, ACK, "request after");
        world.mesh.runFor(SECOND);
        world.client(CLIENT, ACK, "request later");

        assertThat(world.atServer("request after")).hasSize(1).allMatch(f -> port(f) == FILTER);
        assertThat(world.atClient("answer to request later"))
                .hasSize(1)
                .allMatch(flow -> flow.sourcePort() == WEB);
    }

    @Seeded
    void aReloadThatTakesThePortAwayLeavesLiveConnectionsWhereTheyAre(SimMesh sim) {
        World world = new World(sim);
        world.listed(WEB, FILTER);
        world.client(CLIENT, SYN, "");
        world.client(CLIENT, ACK, "request one");

        world.server.node().filterPorts(FilterPorts.NONE);
        world.server.section("firewall", World.OPEN_WITH_TIMEOUT).reload();
        world.mesh.runFor(SECOND);
        world.client(CLIENT, ACK, "request two");
        world.client(CLIENT + 1, SYN, "");
        world.client(CLIENT + 1, ACK, "request three");

        assertThat(world.atServer("request two")).hasSize(1).allMatch(f -> port(f) == FILTER);
        assertThat(world.atClient("answer to request two"))
                .hasSize(1)
                .allMatch(flow -> flow.sourcePort() == WEB);
        assertThat(world.atServer("request three")).hasSize(1).allMatch(f -> port(f) == WEB);
        assertThat(world.atClient("answer to request three"))
                .hasSize(1)
                .allMatch(flow -> flow.sourcePort() == WEB);
        assertThat(world.origin(CLIENT + 1)).isNull();
    }

    @Seeded
    void aReloadOfTheRulesLeavesTheFilterItsPorts(SimMesh sim) {
        World world = new World(sim);
        world.listed(WEB, FILTER);

        world.server.section("firewall", World.OPEN_WITH_TIMEOUT).reload();
        world.mesh.runFor(SECOND);
        world.client(CLIENT, SYN, "");
        world.client(CLIENT, ACK, "request");

        assertThat(world.atServer("request")).hasSize(1).allMatch(f -> port(f) == FILTER);
    }

    /** The flow is forgotten; the filter's connection is not. */
    @Seeded
    void aConnectionThatWasQuietForLongerThanFlowsAreKeptGoesOn(SimMesh sim) {
        World world = new World(sim);
        world.server.section("firewall", World.OPEN_WITH_TIMEOUT).reload();
        world.listed(WEB, FILTER);
        world.client(CLIENT, SYN, "");
        world.client(CLIENT, ACK, "request one");
        world.mesh.runFor(Duration.ofSeconds(90));
        assertThat(world.server.node().node().firewall().purge(world.nanos())).isPositive();
        assertThat(world.origin(CLIENT)).as("gone with the flow").isNull();

        world.client(CLIENT, ACK, "request two");
        world.mesh.runFor(Duration.ofSeconds(90));
        world.server(CLIENT, "news of the filter");
        world.client(CLIENT, ACK, "request three");

        for (String request : List.of("request two", "request three")) {
            assertThat(world.atServer(request)).hasSize(1).allMatch(f -> port(f) == FILTER);
            assertThat(world.atClient("answer to " + request)).hasSize(1);
        }
        assertThat(world.atClient("news")).hasSize(1).allMatch(flow -> flow.sourcePort() == WEB);
        assertThat(world.origin(CLIENT)).isNotNull();
    }

    /** The session that carries a packet says who the peer is, not what the first one said. */
    @Seeded
    void thePeerComesBackWithOtherGroups(SimMesh sim) {
        World world = new World(sim);
        world.listed(WEB, FILTER);
        world.client(CLIENT, SYN, "");
        world.client(CLIENT, ACK, "request one");

        world.client.groups("guests").reload();
        world.mesh.runFor(Duration.ofMinutes(2));
        world.client(CLIENT, ACK, "request two");

        FlowOrigin origin = Objects.requireNonNull(world.origin(CLIENT));
        assertThat(origin.peer().groups()).containsExactly("guests");
        assertThat(world.atServer("request two")).hasSize(1).allMatch(f -> port(f) == FILTER);
    }

    private static int port(Flow flow) {
        return flow.destinationPort();
    }

    /** A client, and a server whose host answers every request from the port that it came to. */
    private static final class World {

        static final String OPEN_WITH_TIMEOUT =
                "{conntrack: {tcp_timeout: 60s},"
                        + " inbound: [{port: any, proto: any, host: any}],"
                        + " outbound: [{port: any, proto: any, host: any}]}";

        final SimMesh sim;
        final Mesh mesh;
        final MeshHost client;
        final MeshHost server;
        private int sequence = 100;

        World(SimMesh sim) {
            this.sim = sim;
            mesh = new Mesh(sim);
            client = mesh.host("client").groups("web");
            server = mesh.host("server");
            client.sim().offloading();
            server.sim().offloading().mergingReceives();
            mesh.startAcquainted(client, server);
            mesh.connect(client, server);
            server.sim().onDelivery(this::answer);
        }

        void listed(int port, int filterPort) {
            FilterGate gate = new FilterGate(1, Long.MAX_VALUE / 2, nanos());
            server.node()
                    .filterPorts(
                            FilterPorts.of(
                                    List.of(new Entry(port, filterPort)), WhenDown.OPEN, gate));
            mesh.runFor(SECOND);
        }

        long nanos() {
            return sim.clock().nanos();
        }

        void client(int from, int flags, String text) {
            client.sim().inject(packet(flow(from, WEB), flags, text));
            mesh.runFor(Duration.ofMillis(500));
        }

        /** The filter sends of its own accord. */
        void server(int to, String text) {
            server.sim().inject(packet(flow(to, FILTER).reversed(), ACK, text));
            mesh.runFor(Duration.ofMillis(500));
        }

        private Bytes packet(Flow flow, int flags, String text) {
            sequence += 1000;
            return IpPackets.tcp(flow, flags, sequence, text.getBytes(StandardCharsets.US_ASCII));
        }

        private void answer(Delivery delivery) {
            String text = text(delivery);
            ParsedPacket packet = delivery.parsed();
            if (packet != null && text.startsWith("request")) {
                server.sim().inject(packet(packet.flow().reversed(), ACK, "answer to " + text));
            }
        }

        Flow flow(int clientPort, int serverPort) {
            return new Flow(client.address(), clientPort, server.address(), serverPort);
        }

        @Nullable FlowOrigin origin(int clientPort) {
            return server.node()
                    .node()
                    .firewall()
                    .originOf(server.address(), WEB, client.address(), clientPort);
        }

        List<Flow> atServer(String text) {
            return flows(server, text);
        }

        List<Flow> atClient(String text) {
            return flows(client, text);
        }

        private static List<Flow> flows(MeshHost host, String text) {
            List<Flow> flows = new ArrayList<>();
            for (Delivery delivery : host.sim().deliveries()) {
                ParsedPacket packet = delivery.parsed();
                if (packet != null && text(delivery).startsWith(text)) {
                    flows.add(packet.flow());
                }
            }
            return flows;
        }

        int bytes(MeshHost host, int port) {
            return host.sim().deliveries().stream()
                    .map(Delivery::parsed)
                    .filter(packet -> packet != null && packet.protocol() == 6)
                    .filter(packet -> packet.flow().destinationPort() == port)
                    .mapToInt(packet -> packet.payload().length())
                    .sum();
        }

        private static String text(Delivery delivery) {
            ParsedPacket packet = delivery.parsed();
            return packet == null || packet.protocol() != 6
                    ? ""
                    : new String(packet.payload().toArray(), StandardCharsets.US_ASCII);
        }
    }
}
