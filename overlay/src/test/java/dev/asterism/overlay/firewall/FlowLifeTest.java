package dev.asterism.overlay.firewall;

import static dev.asterism.overlay.firewall.Direction.INBOUND;
import static dev.asterism.overlay.firewall.Direction.OUTBOUND;
import static dev.asterism.overlay.firewall.FirewallFixture.OWN;
import static dev.asterism.overlay.firewall.FirewallFixture.anyHost;
import static dev.asterism.overlay.firewall.FirewallFixture.compiled;
import static dev.asterism.overlay.firewall.FirewallFixture.flow;
import static dev.asterism.overlay.firewall.FirewallFixture.inbound;
import static dev.asterism.overlay.firewall.FirewallFixture.laterFragment;
import static dev.asterism.overlay.firewall.FirewallFixture.member;
import static dev.asterism.overlay.firewall.FirewallFixture.outbound;
import static dev.asterism.overlay.firewall.FirewallFixture.peer;
import static dev.asterism.overlay.firewall.FirewallFixture.tcp;
import static dev.asterism.overlay.packet.FlowKey.TCP_FIN;
import static dev.asterism.overlay.packet.FlowKey.TCP_RST;
import static dev.asterism.overlay.packet.FlowKey.TCP_SYN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.packet.FlowKey;
import org.junit.jupiter.api.Test;

/**
 * How long a flow lives after what its packets have shown. Only a reply tells whether it does: the
 * rules admit inbound packets alone.
 */
class FlowLifeTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;

    private final RulesInForce firewall =
            new RulesInForce(compiled(inbound(anyHost("any", "any")), OWN), new Conntrack(1024, 1));
    private final PeerIdentity peer = peer();

    @Test
    void finBothWaysLeavesTenSeconds() {
        open(0);
        pass(INBOUND, TCP_FIN, SECOND);
        assertThat(repliesUntil(11 * MINUTE)).as("half closed").isTrue();
        pass(OUTBOUND, TCP_FIN, 12 * MINUTE);

        assertThat(repliesUntil(12 * MINUTE + 10 * SECOND - 1)).isTrue();
        assertThat(repliesUntil(12 * MINUTE + 20 * SECOND - 1)).isFalse();
    }

    @Test
    void rstOfEitherSideLeavesTenSeconds() {
        for (Direction direction : Direction.values()) {
            long start = direction == INBOUND ? 0 : 60 * MINUTE;
            open(start);
            pass(direction, TCP_RST, start + SECOND);

            assertThat(repliesUntil(start + 11 * SECOND - 1)).isTrue();
            assertThat(repliesUntil(start + 21 * SECOND - 1)).isFalse();
        }
    }

    /** A reset that its receiver did not believe: packets that go on keep the flow, as long as they do. */
    @Test
    void aFlowThatGoesOnAfterRstLivesFromPacketToPacket() {
        open(0);
        pass(INBOUND, TCP_RST, SECOND);
        for (int i = 2; i < 100; i++) {
            assertThat(repliesUntil(i * SECOND)).isTrue();
        }
    }

    @Test
    void anotherConnectionOnAClosedFlowIsJudgedAsANewOne() {
        open(0);
        pass(OUTBOUND, TCP_RST, SECOND);
        FlowKey fromUs = tcp(22, 9);
        fromUs.tcpFlags = TCP_SYN;
        assertThat(firewall.check(OUTBOUND, fromUs, peer, 2 * SECOND))
                .isEqualTo(Verdict.DROP_NO_RULE);
        assertThat(firewall.firewall.trackedFlows()).isZero();

        open(3 * SECOND);
        pass(OUTBOUND, TCP_RST, 4 * SECOND);
        pass(INBOUND, TCP_SYN, 5 * SECOND);
        pass(OUTBOUND, 0, 6 * SECOND);
        assertThat(repliesUntil(12 * MINUTE)).as("the new connection is not closed").isTrue();
    }

    @Test
    void aSynOnALivingFlowChangesNothing() {
        open(0);
        pass(INBOUND, TCP_SYN, SECOND);

        assertThat(repliesUntil(12 * MINUTE)).isTrue();
    }

    @Test
    void tcpWithoutAnswerLivesThirtySeconds() {
        pass(INBOUND, TCP_SYN, 0);
        assertThat(repliesUntil(30 * SECOND)).isFalse();

        pass(INBOUND, TCP_SYN, 31 * SECOND);
        assertThat(repliesUntil(61 * SECOND - 1)).isTrue();
        assertThat(repliesUntil(12 * MINUTE + 60 * SECOND)).as("answered").isTrue();
    }

    @Test
    void otherProtocolsMayAnswerAsLateAsInNebula() {
        FlowKey udp = flow("10.42.0.1", 514, "10.42.0.2", 9, 17);
        FlowKey fragment = laterFragment(tcp(0, 0));
        firewall.check(INBOUND, udp, peer, 0);
        firewall.check(INBOUND, fragment, peer, 0);

        assertThat(firewall.check(OUTBOUND, udp, peer, 3 * MINUTE - 1).passed()).isTrue();
        assertThat(firewall.check(OUTBOUND, fragment, peer, 12 * MINUTE - 1).passed()).isTrue();
    }

    @Test
    void neverLivesLongerThanItsTimeout() {
        assertThat(FlowLife.nanos(FlowLife.begin(tcp(1, 2), INBOUND), SECOND)).isEqualTo(SECOND);
        long reset = FlowLife.after(0, rst(), INBOUND);
        assertThat(FlowLife.nanos(reset, SECOND)).isEqualTo(SECOND);
    }

    /** What opens or closes a connection is seen though its predecessor was of the same flow. */
    @Test
    void theLanesMemoryHidesNoFlags() {
        FlowCache cache = new FlowCache(firewall.firewall, INBOUND);
        open(0);
        cache.check(firewall.rules(), tcp(22, 9), peer, SECOND);
        cache.check(firewall.rules(), rst(), peer, SECOND + 1);

        assertThat(repliesUntil(11 * SECOND)).isTrue();
        assertThat(repliesUntil(21 * SECOND)).isFalse();
    }

    /** A member's tunnel carries its own addresses only, so its forged packets find no flow of another. */
    @Test
    void aForgedResetOfAnotherMemberEndsNothing() {
        open(0);
        PeerIdentity attacker = member(77);

        assertThat(firewall.check(INBOUND, rst(), attacker, SECOND))
                .isEqualTo(Verdict.DROP_REMOTE_ADDRESS);

        assertThat(repliesUntil(12 * MINUTE - 1)).isTrue();
    }

    @Test
    void keepsWhatItSawWhenTheRulesChange() {
        open(0);
        pass(INBOUND, TCP_FIN, 1);
        firewall.install(compiled(inbound(anyHost("tcp", "any")), OWN));
        pass(OUTBOUND, TCP_FIN, 2);

        assertThat(repliesUntil(11 * SECOND)).isFalse();
    }

    @Test
    void judgesAFlowOfOursTheSameWay() {
        firewall.install(compiled(outbound(anyHost("any", "any")), OWN));
        pass(OUTBOUND, TCP_SYN, 0);
        pass(INBOUND, 0, SECOND);
        pass(OUTBOUND, TCP_FIN, 2 * SECOND);
        pass(INBOUND, TCP_FIN, 3 * SECOND);

        assertThat(firewall.check(INBOUND, tcp(22, 9), peer, 13 * SECOND))
                .isEqualTo(Verdict.DROP_NO_RULE);
    }

    private void open(long now) {
        pass(INBOUND, TCP_SYN, now);
        pass(OUTBOUND, 0, now);
    }

    private void pass(Direction direction, int flags, long now) {
        FlowKey flow = tcp(22, 9);
        flow.tcpFlags = flags;
        assertThat(firewall.check(direction, flow, peer, now)).isEqualTo(Verdict.PASS);
    }

    private static FlowKey rst() {
        FlowKey flow = tcp(22, 9);
        flow.tcpFlags = TCP_RST;
        return flow;
    }

    private boolean repliesUntil(long now) {
        return firewall.check(OUTBOUND, tcp(22, 9), peer, now).passed();
    }
}
