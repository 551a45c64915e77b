package dev.asterism.sim;

import static dev.asterism.sim.NatBehaviour.Dependence.ADDRESS_AND_PORT_DEPENDENT;
import static dev.asterism.sim.NatBehaviour.Dependence.ENDPOINT_INDEPENDENT;
import static dev.asterism.sim.NatBehaviour.nat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.io.UdpPort;
import dev.asterism.overlay.net.UnderlayAddr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class SimNetworkTest {

    private static final int MANY = 20_000;

    private final SimMesh mesh = SimMesh.exactly(42);
    private final SimHost a = mesh.host("a");
    private final SimHost b = mesh.host("b");
    private final List<SimDatagram> arrived = new ArrayList<>();
    private final List<Long> delays = new ArrayList<>();
    private final List<String> losses = new ArrayList<>();

    @Test
    void deliversAfterTheLatency() {
        observe();

        send(1);

        assertThat(delays).containsExactly(Duration.ofMillis(10).toNanos());
    }

    @Test
    void losesTheConfiguredShare() {
        observe();
        mesh.network().link(a, b, SimLink.WIDE_AREA.withLoss(0.3));

        send(MANY);

        assertThat((double) losses.size() / MANY).isCloseTo(0.3, within(0.015));
        assertThat(losses).containsOnly("link loss");
        assertThat(arrived.size() + losses.size()).isEqualTo(MANY);
    }

    @Test
    void duplicatesTheConfiguredShare() {
        observe();
        mesh.network().link(a, b, SimLink.WIDE_AREA.withDuplication(0.2));

        send(MANY);

        assertThat(arrived.size() / (double) MANY).isCloseTo(1.2, within(0.015));
    }

    @Test
    void keepsTheOrderUnderJitterAlone() {
        observe();
        mesh.network().link(a, b, SimLink.WIDE_AREA.withJitter(Duration.ofMillis(50)));

        send(1_000);

        assertThat(numbers()).isSorted();
        assertThat(delays).anyMatch(d -> d > Duration.ofMillis(40).toNanos());
    }

    @Test
    void breaksTheOrderOfTheConfiguredShare() {
        observe();
        mesh.network().link(a, b, SimLink.WIDE_AREA.withReordering(0.1));

        send(1_000);

        List<Integer> numbers = numbers();
        assertThat(numbers).hasSize(1_000).isNotEqualTo(numbers.stream().sorted().toList());
        assertThat(delays.stream().filter(d -> d >= Duration.ofMillis(20).toNanos()).count())
                .isBetween(70L, 130L);
    }

    @Test
    void changesOneByteOfTheCorrupted() {
        observe();
        mesh.network().link(a, b, SimLink.WIDE_AREA.withCorruption(1));

        send(1);

        byte[] content = arrived.getFirst().content().toArray();
        int changed = 0;
        for (int i = 0; i < content.length; i++) {
            changed += content[i] == content(0).at(i) ? 0 : 1;
        }
        assertThat(changed).isEqualTo(1);
    }

    @Test
    void swallowsWhatIsLongerThanTheMtu() {
        observe();
        mesh.network().link(a, b, SimLink.WIDE_AREA.withMtu(128));
        UdpPort port = a.openUdp(1);

        transmit(port, Bytes.owning(new byte[100]), b.endpoint());
        transmit(port, Bytes.owning(new byte[101]), b.endpoint());
        mesh.runFor(Duration.ofSeconds(1));

        assertThat(arrived).hasSize(1);
        assertThat(losses).containsExactly("longer than the MTU of 128");
    }

    @Test
    void cutsOneDirectionOnly() {
        mesh.network().cutOneWay(a, b);
        EchoNode nodeA = start(a);
        EchoNode nodeB = start(b);

        ask(a, nodeA, b.endpoint());
        ask(b, nodeB, a.endpoint());

        assertThat(nodeB.asks()).isEmpty();
        assertThat(nodeA.asks()).hasSize(1);

        mesh.network().heal(a, b);
        ask(a, nodeA, b.endpoint());

        assertThat(nodeA.answers()).hasSize(1);
    }

    @Test
    void reachesAHostByItsNewAddressOnly() {
        EchoNode nodeA = start(a);
        start(b);
        UnderlayAddr before = b.endpoint();

        b.at("192.0.2.77");
        ask(a, nodeA, before);
        ask(a, nodeA, b.endpoint());

        assertThat(nodeA.answers()).containsExactly(UnderlayAddr.of("192.0.2.77:4242"));
    }

    @Test
    void joinsHostsBehindOneNatWithoutIt() {
        SimNat shared =
                mesh.network().nat(nat(ADDRESS_AND_PORT_DEPENDENT, ADDRESS_AND_PORT_DEPENDENT));
        a.behind(shared);
        b.behind(shared);
        EchoNode nodeA = start(a);
        start(b);

        ask(a, nodeA, b.endpoint());

        assertThat(nodeA.answers()).containsExactly(b.endpoint());
        assertThat(shared.mappings(mesh.clock().nanos())).isZero();
    }

    @Test
    void turnsPacketsAroundOnlyWithHairpin() {
        assertThat(answersThroughOwnNat(nat(ENDPOINT_INDEPENDENT, ENDPOINT_INDEPENDENT))).isEmpty();
        assertThat(
                        answersThroughOwnNat(
                                nat(ENDPOINT_INDEPENDENT, ENDPOINT_INDEPENDENT).withHairpin()))
                .hasSize(1);
    }

    @Test
    void letsATestHoldBackAndAlterDatagrams() {
        observe();
        List<SimDatagram> held = new ArrayList<>();
        mesh.network()
                .intercept(
                        (datagram, onward) -> {
                            held.add(datagram);
                            mesh.after(
                                    Duration.ofSeconds(1),
                                    () -> onward.accept(datagram.withContent(content(7))));
                        });

        send(1);

        assertThat(held).hasSize(1);
        assertThat(numbers()).containsExactly(7);
    }

    @Test
    void showsAnInjectedDatagramWithItsClaimedSource() {
        EchoNode nodeB = start(b);

        UnderlayAddr claimed = UnderlayAddr.of("192.0.2.99:9");
        mesh.network().inject(claimed, b.endpoint(), Bytes.ofHex("010203"));
        mesh.runFor(Duration.ofSeconds(1));

        assertThat(nodeB.asks()).containsExactly(claimed);
    }

    private List<UnderlayAddr> answersThroughOwnNat(NatBehaviour behaviour) {
        SimMesh world = SimMesh.exactly(1);
        SimNat shared = world.network().nat(behaviour);
        SimHost inside = world.host("inside").behind(shared).start(EchoNode.factory());
        SimHost neighbour = world.host("neighbour").behind(shared).start(EchoNode.factory());
        SimHost server = world.host("server").start(EchoNode.factory());
        neighbour.node(EchoNode.class).ask(server.endpoint(), 1);
        neighbour.wake();
        world.runFor(Duration.ofSeconds(1));
        UnderlayAddr observed = server.node(EchoNode.class).asks().getFirst();

        inside.node(EchoNode.class).ask(observed, 1);
        inside.wake();
        world.runFor(Duration.ofSeconds(1));

        return inside.node(EchoNode.class).answers();
    }

    private static EchoNode start(SimHost host) {
        return host.start(EchoNode.factory()).node(EchoNode.class);
    }

    private void ask(SimHost host, EchoNode node, UnderlayAddr peer) {
        node.ask(peer, 1);
        host.wake();
        mesh.runFor(Duration.ofSeconds(1));
    }

    private void observe() {
        b.start(EchoNode.factory());
        mesh.check(
                new SimObserver() {
                    @Override
                    public void arrived(SimDatagram datagram, SimHost at) {
                        arrived.add(datagram);
                        delays.add(mesh.clock().nanos() - datagram.sentNanos());
                    }

                    @Override
                    public void lost(SimDatagram datagram, String reason) {
                        losses.add(reason);
                    }
                });
    }

    private void send(int count) {
        UdpPort port = a.openUdp(1);
        for (int i = 0; i < count; i++) {
            transmit(port, content(i), b.endpoint());
            mesh.runFor(Duration.ofMillis(1));
        }
        mesh.runFor(Duration.ofSeconds(5));
    }

    private static void transmit(UdpPort port, Bytes content, UnderlayAddr to) {
        DatagramBatch batch = port.newBatch(1, 2048);
        content.copyTo(batch.slab(), batch.reserve(content.length()));
        batch.append(content.length(), 0, to.ip().hi(), to.ip().lo(), to.port());
        port.send(batch);
    }

    private static Bytes content(int number) {
        return Bytes.ofHex(String.format(Locale.ROOT, "%08x", number));
    }

    private List<Integer> numbers() {
        return arrived.stream().map(d -> Integer.parseInt(d.content().hex(), 16)).toList();
    }
}
