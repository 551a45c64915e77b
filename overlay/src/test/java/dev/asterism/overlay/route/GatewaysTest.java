package dev.asterism.overlay.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.asterism.overlay.config.OverlayConfig.Gateway;
import dev.asterism.overlay.config.OverlayConfig.UnsafeRoute;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.packet.FlowKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A9.4 and the table of routes. */
class GatewaysTest {

    private static final int FLOWS = 65_535;

    @Test
    void sharesFlowsEquallyAmongThreeGateways() {
        int[] flows = flowsPerGateway(weights(1, 1, 1));

        for (int share : flows) {
            assertThat(share).isCloseTo(FLOWS / 3, within(100));
        }
    }

    @Test
    void sharesFlowsByWeight() {
        int[] flows = flowsPerGateway(weights(10, 5));

        assertThat(flows[0]).isCloseTo(FLOWS * 2 / 3, within(100));
        assertThat(flows[1]).isCloseTo(FLOWS / 3, within(100));
    }

    @Test
    void cutsTheHashSpaceExactly() {
        Gateways threeToTwo = weights(3, 2);
        assertThat(threeToTwo.upperBound(0)).isEqualTo(1_288_490_188);
        assertThat(threeToTwo.upperBound(1)).isEqualTo(Integer.MAX_VALUE);

        Gateways equal = weights(1, 1);
        assertThat(equal.upperBound(0)).isEqualTo(1_073_741_823);
        assertThat(equal.upperBound(1)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void keepsTheLastBoundAtTheEndForAnyWeights() {
        Gateways odd = weights(Integer.MAX_VALUE, 1, 7, Integer.MAX_VALUE - 3);

        assertThat(odd.upperBound(3)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void hashesAsTheMixerDoes() {
        // Worked out by hand from the constants in behaviour.md 5.1, with arbitrary-precision
        // integers.
        assertThat(Gateways.hash(0)).isZero();
        assertThat(Gateways.hash(1)).isEqualTo(referenceHash(1));
        assertThat(Gateways.hash(0xFFFF_FFFF)).isEqualTo(referenceHash(0xFFFF_FFFFL));
        assertThat(Gateways.hash(40_000 << 16 | 443)).isEqualTo(referenceHash(40_000L << 16 | 443));
    }

    @Test
    void sendsEveryFlowToTheOnlyGateway() {
        assertThat(flowsPerGateway(weights(7))[0]).isEqualTo(FLOWS);
    }

    @Test
    void keepsAFlowOnItsGateway() {
        Gateways gateways = weights(1, 1, 1, 1);
        FlowKey flow = new FlowKey();
        flow.localPort = 51_000;
        flow.remotePort = 443;

        int first = gateways.select(flow);

        flow.remoteLo = 99;
        assertThat(gateways.select(flow)).isEqualTo(first);
        assertThat(gateways.select(51_000, 443)).isEqualTo(first);
    }

    @Test
    void refusesARouteWithoutGateways() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Gateways(List.of()));
    }

    @Test
    void findsTheLongestRouteOfEitherFamily() {
        RouteTable table =
                RouteTable.of(
                        List.of(
                                route("0.0.0.0/0", "10.42.0.1"),
                                route("192.168.0.0/16", "10.42.0.2"),
                                route("192.168.7.9/24", "10.42.0.3"),
                                route("fd99::/32", "fd42::9")));

        assertThat(via(table, "8.8.8.8")).isEqualTo("10.42.0.1");
        assertThat(via(table, "192.168.1.1")).isEqualTo("10.42.0.2");
        assertThat(via(table, "192.168.7.1")).isEqualTo("10.42.0.3");
        assertThat(via(table, "fd99::5")).isEqualTo("fd42::9");
        assertThat(via(table, "fd98::5")).isEqualTo("none");
        assertThat(via(RouteTable.EMPTY, "8.8.8.8")).isEqualTo("none");
    }

    @Test
    void takesTheLastOfTwoRoutesToOneNetwork() {
        RouteTable table =
                RouteTable.of(
                        List.of(
                                route("192.168.0.0/16", "10.42.0.2"),
                                route("192.168.0.0/16", "10.42.0.3")));

        assertThat(table.size()).isEqualTo(1);
        assertThat(via(table, "192.168.1.1")).isEqualTo("10.42.0.3");
    }

    private static long referenceHash(long ports) {
        long x = ports & 0xFFFF_FFFFL;
        x ^= x >> 16;
        x = x * 0x21F0AAADL & 0xFFFF_FFFFL;
        x ^= x >> 15;
        x = x * 0xD35A2D97L & 0xFFFF_FFFFL;
        x ^= x >> 15;
        return x & 0x7FFF_FFFFL;
    }

    private static String via(RouteTable table, String destination) {
        Ip ip = Ip.of(destination);
        Gateways gateways = table.lookup(ip.hi(), ip.lo());
        return gateways == null ? "none" : gateways.gateway(0).toString();
    }

    private static UnsafeRoute route(String network, String via) {
        return new UnsafeRoute(
                Cidr.of(network), List.of(new Gateway(Ip.of(via), 1)), 1300, 0, true);
    }

    private static Gateways weights(int... weights) {
        List<Gateway> gateways = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            gateways.add(new Gateway(Ip.of("10.42.0." + (i + 1)), weights[i]));
        }
        return new Gateways(gateways);
    }

    private static int[] flowsPerGateway(Gateways gateways) {
        int[] flows = new int[gateways.count()];
        for (int port = 0; port < FLOWS; port++) {
            flows[gateways.select(port, FLOWS - port)]++;
        }
        return flows;
    }
}
