package dev.asterism.overlay.firewall;

import static dev.asterism.overlay.firewall.Direction.INBOUND;
import static dev.asterism.overlay.firewall.FirewallFixture.OWN;
import static dev.asterism.overlay.firewall.FirewallFixture.anyHost;
import static dev.asterism.overlay.firewall.FirewallFixture.compiled;
import static dev.asterism.overlay.firewall.FirewallFixture.firewall;
import static dev.asterism.overlay.firewall.FirewallFixture.inbound;
import static dev.asterism.overlay.firewall.FirewallFixture.peer;
import static dev.asterism.overlay.firewall.FirewallFixture.rule;
import static dev.asterism.overlay.firewall.FirewallFixture.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.packet.FlowKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlowCacheTest {

    private static final long TCP_TIMEOUT = 720_000_000_000L;

    private final RulesInForce firewall = firewall(inbound(anyHost("tcp", "22")));
    private final FlowCache cache = new FlowCache(firewall.firewall, INBOUND);
    private final PeerIdentity peer = peer();

    @Test
    void passesARunOfOneFlowWithoutAskingAgain() {
        assertThat(cache.check(firewall.rules(), tcp(22, 1), peer, 0).passed()).isTrue();
        firewall.firewall.purge(TCP_TIMEOUT);

        assertThat(
                        cache.check(firewall.rules(), tcp(22, 1), peer, FlowCache.REUSE_NANOS - 1)
                                .passed())
                .isTrue();

        assertThat(firewall.firewall.trackedFlows()).as("nobody asked").isZero();
    }

    @Test
    void asksAgainAfterASecond() {
        cache.check(firewall.rules(), tcp(22, 1), peer, 0);
        cache.check(firewall.rules(), tcp(22, 1), peer, FlowCache.REUSE_NANOS - 1);
        firewall.firewall.purge(TCP_TIMEOUT);

        cache.check(firewall.rules(), tcp(22, 1), peer, FlowCache.REUSE_NANOS);

        assertThat(firewall.firewall.trackedFlows()).isEqualTo(1);
    }

    @Test
    void doesNotTakeOneFlowOrPeerForAnother() {
        cache.check(firewall.rules(), tcp(22, 1), peer, 0);

        assertThat(cache.check(firewall.rules(), tcp(23, 1), peer, 0))
                .isEqualTo(Verdict.DROP_NO_RULE);
        assertThat(cache.check(firewall.rules(), tcp(22, 1), peer, 0).passed()).isTrue();
        PeerIdentity stranger =
                new PeerIdentity(
                        FirewallFixture.withNetworks(
                                FirewallFixture.attributes(),
                                FirewallFixture.cidrs("10.42.0.3/16"),
                                List.of()));
        assertThat(cache.check(firewall.rules(), tcp(22, 1), stranger, 0))
                .isEqualTo(Verdict.DROP_REMOTE_ADDRESS);
        assertThat(cache.check(firewall.rules(), tcp(22, 1), peer, 0).passed()).isTrue();
    }

    @Test
    void noticesOtherRulesAtOnce() {
        cache.check(firewall.rules(), tcp(22, 1), peer, 0);

        firewall.install(compiled(inbound(rule("tcp", "22").host("nobody")), OWN));

        assertThat(cache.check(firewall.rules(), tcp(22, 1), peer, 0))
                .isEqualTo(Verdict.DROP_NO_RULE);
    }

    @Test
    void refusesEveryPacketOfARefusedFlow() {
        for (int i = 0; i < 5; i++) {
            assertThat(cache.check(firewall.rules(), tcp(23, 1), peer, 0))
                    .isEqualTo(Verdict.DROP_NO_RULE);
        }
    }

    @Test
    void keepsItsOwnCopyOfTheFlow() {
        FlowKey reused = tcp(22, 1);
        cache.check(firewall.rules(), reused, peer, 0);

        reused.localPort = 23;

        assertThat(cache.check(firewall.rules(), reused, peer, 0).passed()).isFalse();
    }
}
