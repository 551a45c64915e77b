package dev.asterism.overlay.handshake;

import static dev.asterism.overlay.handshake.TestWorld.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.Tunnel;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import org.junit.jupiter.api.Test;

/**
 * What a tunnel that does nothing holds: keys, replay window, certificate, candidates, its places
 * in the tables and what the responder remembers of its peer. {@code -Dtest.tunnels=10000} for the
 * figure in docs/architecture.md.
 */
class IdleTunnelMemoryTest {

    private static final int TUNNELS = Integer.getInteger("test.tunnels", 1_000);
    private static final int WARM_UP = 50;
    private static final long MAX_BYTES = 2_200;
    private static final Ip US = Ip.of("10.42.0.1");
    private static final UnderlayAddr AT_US = UnderlayAddr.of("192.0.2.1:4242");

    private final TestPki pki = TestPki.seeded(3);
    private final TestWorld responder = new TestWorld(pki, pki.host("us", US + "/16"), 1);

    @Test
    void anIdleTunnelHoldsABoundedAmountOfMemory() {
        for (int i = 0; i < WARM_UP; i++) {
            shakeHands(i);
        }
        long before = used();
        for (int i = WARM_UP; i < WARM_UP + TUNNELS; i++) {
            shakeHands(i);
        }
        long each = (used() - before) / TUNNELS;

        System.out.printf("%d idle tunnels: %d bytes of heap each%n", TUNNELS, each);
        assertThat(responder.tunnels.size()).isEqualTo(WARM_UP + TUNNELS);
        assertThat(each).isBetween(1_000L, MAX_BYTES);
        for (Tunnel tunnel : responder.tunnels.all()) {
            assertThat(responder.tunnels.byOverlay(tunnel.primaryAddress())).isSameAs(tunnel);
            assertThat(responder.tunnels.byIndex(tunnel.session().localIndex())).isSameAs(tunnel);
        }
    }

    /** With a peer that never was, through the same objects as in production. */
    private void shakeHands(int number) {
        Ip overlay = Ip.ofIpv4(US.ipv4() + 1 + number);
        UnderlayAddr underlay = new UnderlayAddr(Ip.ofIpv4(0xC6120000 + number), 4242);
        TestWorld peer = new TestWorld(pki, pki.host("peer" + number, overlay + "/16"), number);
        peer.knows(US, AT_US);
        double seconds = number * 0.1;
        peer.handshakes.initiator().start(US, null, at(seconds));
        peer.handshakes.initiator().onTimer(at(seconds));
        Message1Outcome outcome =
                responder
                        .handshakes
                        .responder()
                        .answer(Path.to(underlay), peer.lastSent(), at(seconds));
        assertThat(outcome).isInstanceOf(Message1Outcome.Accepted.class);
        Message1Outcome.Accepted accepted = (Message1Outcome.Accepted) outcome;
        accepted.tunnel().confirm();
        responder.tunnels.add(accepted.tunnel(), accepted.standing());
        responder.events.clear();
        responder.sent.clear();
    }

    private static long used() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            memory.gc();
            least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
