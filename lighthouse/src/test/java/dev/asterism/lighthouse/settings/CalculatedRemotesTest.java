package dev.asterism.lighthouse.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.config.OverlayConfig.CalculatedRemote;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CalculatedRemotesTest {

    @Test
    void joinsNetworkOfTheMaskWithHostOfTheOverlayAddress() {
        assertThat(calculated("10.0.10.0/24", "192.168.1.0/24", "10.0.10.182"))
                .containsExactly(UnderlayAddr.of("192.168.1.182:4242"));
    }

    @Test
    void prefixLengthsMayDifferAndMaskHostBitsAreIgnored() {
        assertThat(calculated("10.0.0.0/8", "192.168.77.9/20", "10.0.29.5"))
                .containsExactly(UnderlayAddr.of("192.168.77.5:4242"));
    }

    @Test
    void worksForIpv6AlsoOffByteBorders() {
        assertThat(calculated("fd42::/64", "2001:db8:1:2::/64", "fd42::1234:5678:9abc:def0"))
                .containsExactly(UnderlayAddr.of("[2001:db8:1:2:1234:5678:9abc:def0]:4242"));
        assertThat(calculated("fd42::/32", "2001:db8:ff00::/43", "fd42:0:3f:1::5"))
                .containsExactly(UnderlayAddr.of("[2001:db8:ff1f:1::5]:4242"));
    }

    @Test
    void theLongestRangeWinsAndOthersGetNothing() {
        Map<Cidr, List<CalculatedRemote>> ranges = new LinkedHashMap<>();
        ranges.put(Cidr.of("10.0.0.0/8"), List.of(remote("192.168.0.0/16")));
        ranges.put(
                Cidr.of("10.0.10.0/24"), List.of(remote("172.16.0.0/24"), remote("172.17.0.0/24")));
        CalculatedRemotes remotes = new CalculatedRemotes(ranges);

        assertThat(remotes.of(Ip.of("10.0.10.3")))
                .containsExactly(
                        UnderlayAddr.of("172.16.0.3:4242"), UnderlayAddr.of("172.17.0.3:4242"));
        assertThat(remotes.of(Ip.of("10.0.11.3")))
                .containsExactly(UnderlayAddr.of("192.168.11.3:4242"));
        assertThat(remotes.of(Ip.of("11.0.0.1"))).isEmpty();
        assertThat(CalculatedRemotes.NONE.of(Ip.of("10.0.10.3"))).isEmpty();
    }

    private static List<UnderlayAddr> calculated(String range, String mask, String overlay) {
        Map<Cidr, List<CalculatedRemote>> ranges = new LinkedHashMap<>();
        ranges.put(Cidr.of(range), List.of(remote(mask)));
        return new CalculatedRemotes(ranges).of(Ip.of(overlay));
    }

    private static CalculatedRemote remote(String mask) {
        return new CalculatedRemote(Cidr.of(mask), 4242);
    }
}
