package dev.asterism.overlay.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.tunnel.TunnelTable.TunnelRank;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Scenarios A5.1 to A5.3 of the conformance list, and what unconfirmed tunnels add. */
class TunnelTableTest {

    private static final Ip PEER = Ip.of("10.42.0.9");

    private final TestTunnels tunnels = new TestTunnels();
    private final TunnelTable table = new TunnelTable();

    @Test
    void a5_1_putsTheNewestFirstAndPromotesAnyOfThem() {
        Tunnel first = primary();
        Tunnel second = primary();
        Tunnel third = primary();
        assertThat(table.allOf(PEER)).containsExactly(third, second, first);

        table.promote(second);
        assertThat(table.allOf(PEER)).containsExactly(second, third, first);
        table.promote(first);
        assertThat(table.byOverlay(PEER)).isSameAs(first);
        table.promote(first);
        assertThat(table.allOf(PEER)).containsExactly(first, second, third);
    }

    @Test
    void a5_1_promotingARemovedTunnelDoesNotBringItBack() {
        Tunnel first = primary();
        Tunnel second = primary();
        table.remove(first);

        table.promote(first);

        assertThat(table.allOf(PEER)).containsExactly(second);
        assertThat(table.byIndex(first.session().localIndex())).isNull();
    }

    @Test
    void a5_2_evictsTheOldestWhenASixthIsAdded() {
        Tunnel oldest = primary();
        for (int i = 0; i < 4; i++) {
            primary();
        }
        Tunnel sixth = tunnels.initiated("peer", "10.42.0.9/16");

        assertThat(table.add(sixth, TunnelRank.PRIMARY)).containsExactly(oldest);
        assertThat(table.allOf(PEER)).hasSize(5).doesNotContain(oldest);
        assertThat(oldest.isRemoved()).isTrue();
        assertThat(table.byIndex(oldest.session().localIndex())).isNull();
    }

    @Test
    void aFloodOfUnconfirmedTunnelsNeverEvictsTheConfirmedOne() {
        Tunnel living = primary();
        Tunnel first = tunnels.answered("peer", "10.42.0.9/16");
        table.add(first, TunnelRank.SECONDARY);
        for (int i = 0; i < 2 * TunnelTable.MAX_UNCONFIRMED_PER_ADDRESS; i++) {
            table.add(tunnels.answered("peer", "10.42.0.9/16"), TunnelRank.SECONDARY);
        }

        assertThat(table.byOverlay(PEER)).isSameAs(living);
        assertThat(table.size()).isEqualTo(1 + TunnelTable.MAX_UNCONFIRMED_PER_ADDRESS);
        assertThat(first.isRemoved()).isTrue();
    }

    @Test
    void aTunnelThatIsConfirmedLaterTakesTheOldestConfirmedOnesPlace() {
        Tunnel oldest = primary();
        for (int i = 0; i < 4; i++) {
            primary();
        }
        Tunnel answered = tunnels.answered("peer", "10.42.0.9/16");
        assertThat(table.add(answered, TunnelRank.SECONDARY)).isEmpty();

        answered.confirm();

        assertThat(table.evictFor(answered)).containsExactly(oldest);
        assertThat(table.evictFor(answered)).isEmpty();
    }

    @Test
    void a5_2_keepsTheListsOfSeveralAddressesConsistent() {
        List<Tunnel> made = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Tunnel tunnel = tunnels.initiated("peer", "10.42.0.9/16", "10.43.0.9/16");
            made.add(tunnel);
            table.add(tunnel, TunnelRank.PRIMARY);
        }

        assertThat(table.allOf(Ip.of("10.43.0.9"))).isEqualTo(table.allOf(PEER)).hasSize(5);
        assertThat(table.size()).isEqualTo(5);
        assertThat(table.byIndex(made.getFirst().session().localIndex())).isNull();
    }

    @Test
    void a5_3_removalIsFinalOnlyWithoutSiblings() {
        Tunnel first = primary();
        Tunnel second = primary();

        assertThat(table.remove(first)).isFalse();
        assertThat(table.remove(first)).isFalse();
        assertThat(table.byOverlay(PEER)).isSameAs(second);
        assertThat(table.remove(second)).isTrue();
        assertThat(table.remove(second)).isFalse();
        assertThat(table.byOverlay(PEER)).isNull();
    }

    @Test
    void a5_3_aTunnelNeverInheritsAnAddressItDoesNotOwn() {
        Tunnel wide = tunnels.initiated("peer", "10.42.0.9/16", "10.43.0.9/16");
        Tunnel narrow = tunnels.initiated("peer", "10.42.0.9/16");
        table.add(wide, TunnelRank.PRIMARY);
        table.add(narrow, TunnelRank.PRIMARY);

        assertThat(table.remove(wide)).isFalse();

        assertThat(table.byOverlay(Ip.of("10.43.0.9"))).isNull();
        assertThat(table.byOverlay(PEER)).isSameAs(narrow);
    }

    @Test
    void anUnconfirmedSecondaryStandsBehindThePrimary() {
        Tunnel living = primary();
        Tunnel claim = tunnels.answered("peer", "10.42.0.9/16");
        table.add(claim, TunnelRank.SECONDARY);

        assertThat(table.byOverlay(PEER)).isSameAs(living);
        assertThat(table.byIndex(claim.session().localIndex())).isSameAs(claim);
        assertThat(TunnelTable.isNewer(claim, living)).isTrue();
    }

    @Test
    void findsTunnelsByTheIndexThatThePeerChose() {
        Tunnel tunnel = primary();
        assertThat(table.byRemoteIndex(tunnel.session().remoteIndex())).isSameAs(tunnel);
        table.remove(tunnel);
        assertThat(table.byRemoteIndex(tunnel.session().remoteIndex())).isNull();
    }

    @Test
    void bothIndexesAgreeThroughRandomAdditionsAndRemovals() {
        long seed = Long.getLong("test.seed", 11);
        Random random = new Random(seed);
        List<Tunnel> living = new ArrayList<>();
        for (int step = 0; step < 3000; step++) {
            if (living.isEmpty() || random.nextInt(5) < 3) {
                Tunnel tunnel =
                        tunnels.tunnel(
                                true,
                                dev.asterism.overlay.io.Bytes.EMPTY,
                                peer(random.nextInt(40)));
                living.add(tunnel);
                living.removeAll(
                        table.add(
                                tunnel,
                                random.nextBoolean() ? TunnelRank.PRIMARY : TunnelRank.SECONDARY));
            } else {
                table.remove(living.remove(random.nextInt(living.size())));
            }
        }

        assertThat(table.all()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(living);
        for (Tunnel tunnel : living) {
            assertThat(table.byIndex(tunnel.session().localIndex())).isSameAs(tunnel);
            assertThat(table.allOf(tunnel.primaryAddress())).contains(tunnel);
        }
    }

    private final dev.asterism.overlay.cert.Certificate[] peers =
            new dev.asterism.overlay.cert.Certificate[40];

    private dev.asterism.overlay.cert.Certificate peer(int number) {
        if (peers[number] == null) {
            peers[number] = tunnels.certificate("peer" + number, "10.42.1." + number + "/16");
        }
        return peers[number];
    }

    private Tunnel primary() {
        Tunnel tunnel = tunnels.initiated("peer", "10.42.0.9/16");
        table.add(tunnel, TunnelRank.PRIMARY);
        return tunnel;
    }
}
