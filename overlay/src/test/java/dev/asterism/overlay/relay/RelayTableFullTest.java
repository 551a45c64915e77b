package dev.asterism.overlay.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.PathPins;
import dev.asterism.overlay.path.RelayLeg;
import dev.asterism.overlay.tunnel.TestTunnels;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.tunnel.TunnelTable.TunnelRank;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Neighbours that have asked for as many entries as they may. */
class RelayTableFullTest {

    private static final Ip US = Ip.of("10.42.0.1");
    private static final Tick NOW = new Tick(0, Instant.EPOCH);

    private final TunnelTable tunnels = new TunnelTable();
    private final RelayTable table = new RelayTable(tunnels);
    private final Map<RelayRefusal, Integer> refused = new LinkedHashMap<>();
    private final Deque<Byte> next = new ArrayDeque<>();
    private final RelayNegotiator negotiator = negotiator(new Random(1)::nextBytes);
    private final Tunnel neighbour = new TestTunnels().answered("relay", "10.42.0.2/16");

    private RelayNegotiator negotiator(RandomSource random) {
        return new RelayNegotiator(
                tunnels,
                table,
                random,
                () -> new RelayPolicy(false, true, List.of(US), PathPins.NONE),
                new Silent(),
                event -> {
                    if (event instanceof RelayEvent.Refused told) {
                        refused.merge(told.reason(), 1, Integer::sum);
                    }
                });
    }

    private static Ip end(int number) {
        return Ip.ofIpv4(0x0A2B0000 + number);
    }

    private void ask(int number) {
        ask(neighbour, number);
    }

    private void ask(Tunnel by, int number) {
        negotiator.message(by, request(number), NOW);
    }

    private static Bytes request(int number) {
        return request(number, number + 1);
    }

    private static Bytes request(int number, int index) {
        return Bytes.owning(
                new RelayMessage(
                                RelayMessage.Kind.REQUEST,
                                RelayMessage.Form.V2,
                                index,
                                0,
                                end(number),
                                US)
                        .encode());
    }

    @Test
    void getsRoomByAnEntryThatCarriesNothing() {
        tunnels.add(neighbour, TunnelRank.PRIMARY);
        for (int i = 0; i < RelayTable.MAX_PER_TUNNEL; i++) {
            ask(i);
        }
        ask(5000);
        assertThat(table.entry(neighbour, end(5000))).as("while all are in use").isNull();
        assertThat(refused).containsOnly(Map.entry(RelayRefusal.TABLE_FULL, 1));
        RelayEntry unused = Objects.requireNonNull(table.entry(neighbour, end(7)));
        unused.disestablished();

        ask(5000);

        assertThat(table.entry(neighbour, end(5000))).isNotNull();
        assertThat(table.entry(neighbour, end(7))).isNull();
        assertThat(table.byIndex(unused.localIndex())).isNull();
        assertThat(table.size()).isEqualTo(RelayTable.MAX_PER_TUNNEL);
    }

    /** Its other end may still hold the index of one that packets went by. */
    @Test
    void keepsEntriesThatCarriedSomethingLonger() {
        tunnels.add(neighbour, TunnelRank.PRIMARY);
        for (int i = 0; i < RelayTable.MAX_PER_TUNNEL; i++) {
            ask(i);
        }
        RelayEntry used = Objects.requireNonNull(table.entry(neighbour, end(7)));
        used.packets().countOut(100);
        used.disestablished();
        Objects.requireNonNull(table.entry(neighbour, end(9))).disestablished();

        ask(5000);
        assertThat(table.entry(neighbour, end(7))).isSameAs(used);
        assertThat(table.entry(neighbour, end(9))).isNull();

        ask(5001);
        assertThat(table.entry(neighbour, end(7))).isNull();
    }

    /** The relay had to drop its entry meanwhile, and gives the pair another index. */
    @Test
    void takesAnotherIndexForAnEntryThatIsNotInUse() {
        tunnels.add(neighbour, TunnelRank.PRIMARY);
        ask(1);
        RelayEntry entry = Objects.requireNonNull(table.entry(neighbour, end(1)));

        negotiator.message(neighbour, request(1, 77), NOW);
        assertThat(entry.remoteIndex()).as("while it is in use").isEqualTo(2);
        assertThat(refused).containsOnly(Map.entry(RelayRefusal.INDEX_CHANGED, 1));

        entry.disestablished();
        negotiator.message(neighbour, request(1, 77), NOW);

        assertThat(entry.isUsable()).isTrue();
        assertThat(entry.remoteIndex()).isEqualTo(77);
        assertThat(refused).containsOnly(Map.entry(RelayRefusal.INDEX_CHANGED, 1));
    }

    /** It has the index 0 until it is answered, which anybody can put into a recv_error. */
    @Test
    void findsNoTunnelByTheIndexOfARequestThatNobodyHasAnswered() {
        RelayNegotiator asking = negotiator(new Random(2)::nextBytes);
        tunnels.add(neighbour, TunnelRank.PRIMARY);
        asking.prepare(end(1), Ip.of("10.42.0.2"), false);
        assertThat(table.entry(neighbour, end(1))).isNotNull();

        assertThat(asking.paths().carrying(0, TestTunnels.REMOTE)).isNull();

        ask(2);
        assertThat(asking.paths().carrying(3, TestTunnels.REMOTE)).isSameAs(neighbour);
    }

    /** A host that asks to reach us through itself. */
    @Test
    void refusesToReachAHostThroughItself() {
        tunnels.add(neighbour, TunnelRank.PRIMARY);

        negotiator.message(
                neighbour,
                Bytes.owning(
                        new RelayMessage(
                                        RelayMessage.Kind.REQUEST,
                                        RelayMessage.Form.V2,
                                        5,
                                        0,
                                        Ip.of("10.42.0.2"),
                                        US)
                                .encode()),
                NOW);

        assertThat(table.size()).isZero();
        assertThat(refused).containsOnly(Map.entry(RelayRefusal.UNEXPECTED, 1));
    }

    /** However many neighbours ask for as many as each of them may. */
    @Test
    void holdsNoMoreThanItMayForAllOfThem() {
        TestTunnels peers = new TestTunnels();
        int neighbours = RelayTable.MAX_ENTRIES / RelayTable.MAX_PER_TUNNEL + 1;
        for (int i = 0; i < neighbours; i++) {
            Tunnel tunnel = peers.answered("n" + i, Ip.ofIpv4(0x0A2A0100 + i) + "/16");
            tunnels.add(tunnel, TunnelRank.PRIMARY);
            for (int j = 0; j < RelayTable.MAX_PER_TUNNEL; j++) {
                ask(tunnel, j);
            }
        }

        assertThat(table.size()).isEqualTo(RelayTable.MAX_ENTRIES);
        assertThat(refused).containsOnlyKeys(RelayRefusal.TABLE_FULL);
        assertThat(refused.get(RelayRefusal.TABLE_FULL)).isEqualTo(RelayTable.MAX_PER_TUNNEL);

        tunnels.all().forEach(tunnel -> negotiator.removed(tunnel, true));

        assertThat(table.size()).isZero();
    }

    /** The index of an entry that is gone may be another's; one that is in use never. */
    @Test
    void givesNoIndexTwiceWhileItIsInUse() {
        tunnels.add(neighbour, TunnelRank.PRIMARY);
        RelayNegotiator predictable = negotiator(bytes -> Arrays.fill(bytes, next.removeFirst()));
        next.addAll(List.of((byte) 7, (byte) 7, (byte) 7, (byte) 8, (byte) 7));
        predictable.message(neighbour, request(1), NOW);
        RelayEntry first = Objects.requireNonNull(table.entry(neighbour, end(1)));
        predictable.message(neighbour, request(2), NOW);
        RelayEntry second = Objects.requireNonNull(table.entry(neighbour, end(2)));

        assertThat(first.localIndex()).isEqualTo(0x07070707);
        assertThat(second.localIndex()).isEqualTo(0x08080808);
        assertThat(table.byIndex(0x07070707)).isSameAs(first);

        first.disestablished();
        table.dropOneUnusable(neighbour);
        predictable.message(neighbour, request(3), NOW);

        assertThat(table.byIndex(0x07070707)).isSameAs(table.entry(neighbour, end(3)));
        assertThat(first.isUsable()).as("what a lane may still hold").isFalse();
    }

    /** Everybody else hears nothing. */
    private static final class Silent implements RelayLink {

        @Override
        public void control(Tunnel by, byte[] payload) {}

        @Override
        public boolean handshake(RelayLeg leg, byte[] message) {
            return false;
        }

        @Override
        public void connect(Ip peer) {}

        @Override
        public void relayReady(Ip peer) {}
    }
}
