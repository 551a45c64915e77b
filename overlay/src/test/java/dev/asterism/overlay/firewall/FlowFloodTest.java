package dev.asterism.overlay.firewall;

import static dev.asterism.overlay.firewall.Direction.INBOUND;
import static dev.asterism.overlay.firewall.Direction.OUTBOUND;
import static dev.asterism.overlay.firewall.FirewallFixture.OWN;
import static dev.asterism.overlay.firewall.FirewallFixture.anyHost;
import static dev.asterism.overlay.firewall.FirewallFixture.compiled;
import static dev.asterism.overlay.firewall.FirewallFixture.inbound;
import static dev.asterism.overlay.firewall.FirewallFixture.member;
import static dev.asterism.overlay.packet.FlowKey.TCP_FIN;
import static dev.asterism.overlay.packet.FlowKey.TCP_SYN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.packet.FlowKey;
import dev.asterism.overlay.packet.IpPacket;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A member that opens all it can shuts out itself and nobody else: seeded, under virtual time. */
class FlowFloodTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int ATTACKER = 9999;
    private static final int CONNECTIONS_PER_SECOND = 2000;
    private static final int PACKETS_OF_ATTACKER = 5000;
    private static final int MINUTES = 15;

    /** Steps of a second; a connection goes through its packets one step after the other. */
    private static final int STEPS = 20;

    private static final int[] CONNECTION = {TCP_SYN, 0, 0, TCP_FIN, TCP_FIN, 0};

    private final FlowKey flow = new FlowKey();
    private final Random random = new Random(Long.getLong("test.seed", 14));

    /**
     * 2,000 new connections a second, from many members or all from one, beside the attacker; the
     * table is full after seconds.
     */
    @ParameterizedTest
    @CsvSource({"50,15", "1,3"})
    void othersLoseNothingWhileAMemberOpensAllItCan(int members, int minutes) {
        RulesInForce firewall = firewall(Conntrack.DEFAULT_MAX_ENTRIES);
        PeerIdentity[] peers = new PeerIdentity[members];
        for (int i = 0; i < members; i++) {
            peers[i] = member(i + 2);
        }
        PeerIdentity attacker = member(ATTACKER);
        int perStep = CONNECTIONS_PER_SECOND / STEPS;
        long lost = 0;
        for (long step = 0; step < minutes * 60L * STEPS; step++) {
            long now = step * (SECOND / STEPS);
            for (int i = 0; i < PACKETS_OF_ATTACKER / STEPS; i++) {
                lost += open(firewall, attacker, now);
            }
            for (int age = 0; age < CONNECTION.length && age <= step; age++) {
                for (int i = 0; i < perStep; i++) {
                    long connection = (step - age) * perStep + i;
                    PeerIdentity peer = peers[(int) (connection % members)];
                    lost += lostOf(firewall, connection, age, peer, members, now);
                }
            }
        }

        assertThat(lost).isZero();
        assertThat(firewall.firewall.evictedFlows()).as("the table was full").isPositive();
        assertThat(firewall.firewall.trackedFlows())
                .isLessThanOrEqualTo(Conntrack.DEFAULT_MAX_ENTRIES);
        assertThat(firewall.firewall.largestHolder(Stream.of(peers[0], attacker)))
                .isEqualTo(attacker);
    }

    /** The count: 100 short connections a second filled the table after 632 s all by themselves. */
    @Test
    void shortConnectionsDoNotFillTheTable() {
        RulesInForce firewall = firewall(Conntrack.DEFAULT_MAX_ENTRIES);
        PeerIdentity peer = member(2);
        for (int second = 0; second < MINUTES * 60; second++) {
            for (int i = 0; i < 100; i++) {
                for (int age = 0; age < CONNECTION.length; age++) {
                    assertThat(
                                    lostOf(
                                            firewall,
                                            second * 100L + i,
                                            age,
                                            peer,
                                            1,
                                            second * SECOND + age))
                            .isZero();
                }
            }
        }

        assertThat(firewall.firewall.evictedFlows()).isZero();
        firewall.firewall.purge(MINUTES * 60 * SECOND);
        assertThat(firewall.firewall.trackedFlows()).isLessThan(100 * 11);
    }

    @Test
    void aFullTableTakesFromWhoHoldsMost() {
        RulesInForce firewall = firewall(256);
        PeerIdentity modest = member(2);
        PeerIdentity greedy = member(3);
        for (int i = 0; i < 40; i++) {
            admit(firewall, modest, 2, i, 0);
        }
        for (int i = 0; i < 1000; i++) {
            admit(firewall, greedy, 3, i, 1);
        }

        assertThat(firewall.firewall.trackedFlows(modest)).isEqualTo(40);
        assertThat(firewall.firewall.trackedFlows(greedy)).isEqualTo(216);
        assertThat(firewall.firewall.evictedFlows()).isEqualTo(784);
        for (int i = 0; i < 40; i++) {
            set(2, 17, i);
            assertThat(firewall.check(OUTBOUND, flow, modest, 2).passed()).isTrue();
        }
        assertThat(firewall.firewall.largestHolder(Stream.of(modest, greedy))).isEqualTo(greedy);
    }

    /**
     * Of the eight oldest of its own flows the greedy one loses first what is closed, then what was
     * never answered, then the rest: of a hundred answered ones that are the oldest, one in eight
     * goes while there is nothing else to see, and no more.
     */
    @Test
    void takesWhatItsHolderNeedsLeast() {
        RulesInForce firewall = firewall(256);
        PeerIdentity greedy = member(3);
        for (int i = 0; i < 100; i++) {
            admit(firewall, greedy, 3, i, 0);
            assertThat(firewall.check(OUTBOUND, flow, greedy, 0).passed()).isTrue();
        }
        for (int i = 100; i < 60_000; i++) {
            admit(firewall, greedy, 3, i, i);
        }

        int kept = 0;
        for (int i = 0; i < 100; i++) {
            set(3, 17, i);
            kept += firewall.check(OUTBOUND, flow, greedy, 60_000).passed() ? 1 : 0;
        }
        assertThat(kept).isBetween(80, 99);
    }

    /** A renewed certificate takes its flows with it. */
    @Test
    void countsAFlowForTheCertificateThatItIsJudgedBy() {
        RulesInForce firewall = firewall(256);
        PeerIdentity before = member(2);
        PeerIdentity after =
                new PeerIdentity(
                        FirewallFixture.withNetworks(
                                FirewallFixture.attributes(),
                                FirewallFixture.cidrs("10.42.0.2/16"),
                                List.of()));
        admit(firewall, before, 2, 7, 0);
        admit(firewall, after, 2, 7, 1);

        assertThat(firewall.firewall.trackedFlows(before)).isZero();
        assertThat(firewall.firewall.trackedFlows(after)).isEqualTo(1);
    }

    private long open(RulesInForce firewall, PeerIdentity attacker, long now) {
        int kind = random.nextInt(4);
        int protocol =
                kind == 0
                        ? IpPacket.PROTOCOL_ICMP
                        : kind == 1 ? IpPacket.PROTOCOL_UDP : IpPacket.PROTOCOL_TCP;
        set(ATTACKER, protocol, random.nextInt(1 << 16));
        flow.localPort = random.nextInt(1 << 16);
        flow.tcpFlags = kind == 2 ? TCP_SYN : 0;
        long lost = firewall.check(INBOUND, flow, attacker, now).passed() ? 0 : 1;
        if (kind == 3) {
            firewall.check(OUTBOUND, flow, attacker, now);
        }
        return lost;
    }

    private void admit(
            RulesInForce firewall, PeerIdentity peer, int number, int remotePort, long now) {
        set(number, IpPacket.PROTOCOL_UDP, remotePort);
        assertThat(firewall.check(INBOUND, flow, peer, now).passed()).isTrue();
    }

    private long lostOf(
            RulesInForce firewall,
            long connection,
            int age,
            PeerIdentity peer,
            int members,
            long now) {
        int member = (int) (connection % members) + 2;
        set(member, IpPacket.PROTOCOL_TCP, (int) (connection % 60_000));
        flow.localPort = 443 + (int) (connection / 60_000 % 100);
        flow.tcpFlags = CONNECTION[age];
        Direction direction = age % 2 == 0 ? INBOUND : OUTBOUND;
        return firewall.check(direction, flow, peer, now).passed() ? 0 : 1;
    }

    private void set(int member, int protocol, int remotePort) {
        flow.localHi = 0;
        flow.localLo = Ip.mappedLo(0x0A2A0001);
        flow.remoteHi = 0;
        flow.remoteLo = Ip.mappedLo(0x0A2A0000 + member);
        flow.protocol = protocol;
        flow.localPort = 80;
        flow.remotePort = remotePort;
        flow.tcpFlags = 0;
    }

    private static RulesInForce firewall(int maxEntries) {
        return new RulesInForce(
                compiled(inbound(anyHost("any", "any")), OWN), new Conntrack(maxEntries, 11));
    }
}
