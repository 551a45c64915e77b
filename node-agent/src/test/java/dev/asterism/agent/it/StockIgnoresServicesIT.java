package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.services.Refusal;
import dev.asterism.lighthouse.services.ServiceEntry;
import dev.asterism.lighthouse.services.ServiceEntry.State;
import dev.asterism.lighthouse.services.ServiceMessage;
import dev.asterism.lighthouse.services.ServiceMessage.Ack;
import dev.asterism.lighthouse.services.ServiceMessage.Ask;
import dev.asterism.lighthouse.services.ServiceMessage.Known;
import dev.asterism.lighthouse.services.ServiceMessage.Offer;
import dev.asterism.lighthouse.services.ServiceMessage.Outcome;
import dev.asterism.lighthouse.services.ServiceMessage.OwnAsk;
import dev.asterism.lighthouse.services.ServiceMessage.OwnOffer;
import dev.asterism.lighthouse.services.ServiceMessage.Part;
import dev.asterism.lighthouse.services.ServiceMessage.Refused;
import dev.asterism.lighthouse.services.ServiceMessage.Same;
import dev.asterism.overlay.discovery.OfferedService;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.tunnel.Tunnel;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Debian's Nebula gets what nobody would send to it, as it has not said that it knows of services. */
@Execution(ExecutionMode.CONCURRENT)
class StockIgnoresServicesIT {

    private static final int TIMES = 50;
    private static final Duration SETTLE = Duration.ofSeconds(60);
    private static final Known KNOWN = new Known("n".repeat(63), 7);
    private static final List<ServiceMessage> EACH_KIND =
            List.of(
                    new Offer(7, List.of(new OfferedService("shop", "v1", 8080, 1, true))),
                    new Ack(7, Outcome.TAKEN, List.of(new Refused(0, Refusal.NOT_IN_GROUPS))),
                    new Ask(false, Collections.nCopies(ServiceMessage.MAX_NAMES, KNOWN)),
                    new Same(true, List.of(KNOWN)),
                    new OwnAsk(7),
                    new OwnOffer(7, 7, List.of(new OfferedService("shop", "v1", 8080, 1, true))),
                    new Part(
                            KNOWN,
                            true,
                            0,
                            1,
                            Collections.nCopies(
                                    ServiceMessage.MAX_ENTRIES,
                                    new ServiceEntry(
                                            Ip.of("10.42.0.7"),
                                            7,
                                            "v".repeat(32),
                                            80,
                                            1,
                                            State.HEALTHY))));

    private final NetLab lab = new NetLab();
    private final Pki pki = Pki.madeBy(Ours.AGENT);

    private static String lighthouse() {
        return "lighthouse: {am_lighthouse: true}\n";
    }

    private static String use(String overlay, int subnet) {
        return "static_host_map: {%1$s: ['10.91.%2$d.2:4242']}\nlighthouse: {hosts: [%1$s], interval: 10}\n"
                .formatted(overlay, subnet);
    }

    private NodeConfig config(Product product, String overlay, String discovery) {
        String certificate = pki.issue(product, "ignores", overlay, "red");
        return new NodeConfig(pki.folder(), certificate, discovery, product.ownConfig());
    }

    private NamespaceNode stock(int number, String discovery) {
        String overlay = "10.42.0." + number;
        NodeConfig config = config(Nebula.OLD, overlay, discovery);
        return new NamespaceNode(lab, lab.host("s", number), Nebula.OLD, overlay, config);
    }

    private InProcessAgent ours(int number, String discovery) {
        NodeConfig config = config(Ours.AGENT, "10.42.0." + number, discovery);
        return InProcessAgent.start(lab, lab.host("o", number), config);
    }

    @Test
    void asALighthouse() {
        try (lab) {
            Nebula.OLD.require();
            NamespaceNode stock = stock(1, lighthouse());
            stock.start();
            stock.awaitReady();
            assertIgnored(ours(20, use("10.42.0.1", 1)), stock);
        }
    }

    @Test
    void asAHost() {
        try (lab) {
            Nebula.OLD.require();
            InProcessAgent ours = ours(1, lighthouse());
            NamespaceNode stock = stock(20, use("10.42.0.1", 1));
            stock.start();
            stock.awaitReady();
            assertIgnored(ours, stock);
        }
    }

    private static boolean pings(InProcessAgent from, NamespaceNode to) {
        return from.host().run("ping", "-n", "-q", "-c", "1", "-W", "2", to.overlay()).exit() == 0;
    }

    private static Tunnel tunnel(InProcessAgent from, NamespaceNode to) {
        return Objects.requireNonNull(from.node().tunnels().byOverlay(Ip.of(to.overlay())));
    }

    private static void assertIgnored(InProcessAgent ours, NamespaceNode stock) {
        Waits.until("a tunnel", SETTLE, () -> pings(ours, stock), () -> stock.daemon().log());
        Tunnel before = tunnel(ours, stock);
        int answered = 0;
        for (int i = 0; i < TIMES; i++) {
            for (ServiceMessage message : EACH_KIND) {
                ours.say(Ip.of(stock.overlay()), message.encode());
            }
            answered += i % 10 == 0 && pings(ours, stock) ? 1 : 0;
        }

        assertThat(answered).isEqualTo(TIMES / 10);
        assertThat(tunnel(ours, stock)).isSameAs(before);
        assertThat(ours.discovery().counters().malformed()).isZero();
        assertThat(stock.daemon().log()).doesNotContain("level=error", "level=warn", "level=fatal");
    }
}
