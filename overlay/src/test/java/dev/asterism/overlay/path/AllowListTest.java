package dev.asterism.overlay.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.config.OverlayConfig.AllowListConfig;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AllowListTest {

    @Test
    void longestMatchDecidesElseTheDefaultOfTheFamily() {
        AllowListConfig list =
                new AllowListConfig(
                        rules("10.0.0.0/8", false, "10.42.0.0/16", true, "fd00::/8", true),
                        true,
                        false);
        RemoteAllowList policy = new RemoteAllowList(list, Collections.emptyMap());

        assertThat(allows(policy, "10.42.1.1:1")).isTrue();
        assertThat(allows(policy, "10.43.1.1:1")).isFalse();
        assertThat(allows(policy, "192.0.2.1:1")).isTrue();
        assertThat(allows(policy, "[fd12::1]:1")).isTrue();
        assertThat(allows(policy, "[2001:db8::1]:1")).isFalse();
    }

    @Test
    void anIpv6DefaultRuleDoesNotHideIpv4Rules() {
        AllowListConfig list =
                new AllowListConfig(rules("::/0", true, "192.0.2.0/24", true), false, true);
        RemoteAllowList policy = new RemoteAllowList(list, Collections.emptyMap());

        assertThat(allows(policy, "192.0.2.1:1")).isTrue();
        assertThat(allows(policy, "198.51.100.1:1")).isFalse();
    }

    @Test
    void anEmptyListAllowsEverything() {
        RemoteAllowList policy =
                new RemoteAllowList(AllowListConfig.ALLOW_ALL, Collections.emptyMap());

        assertThat(allows(policy, "192.0.2.1:1")).isTrue();
        assertThat(allows(policy, "[2001:db8::1]:1")).isTrue();
    }

    @Test
    void everyOverlayAddressMustPassItsRangeAndTheCommonList() {
        Map<Cidr, AllowListConfig> ranges = new LinkedHashMap<>();
        ranges.put(
                Cidr.of("10.42.1.0/24"),
                new AllowListConfig(rules("192.0.2.0/24", true), false, true));
        ranges.put(Cidr.of("10.42.0.0/16"), AllowListConfig.ALLOW_ALL);
        RemoteAllowList policy =
                new RemoteAllowList(
                        new AllowListConfig(rules("192.0.2.66/32", false), true, true), ranges);
        UnderlayAddr inside = UnderlayAddr.of("192.0.2.1:1");
        UnderlayAddr outside = UnderlayAddr.of("198.51.100.1:1");
        Ip limited = Ip.of("10.42.1.5");
        Ip free = Ip.of("10.42.2.5");

        assertThat(policy.allows(List.of(limited), inside)).isTrue();
        assertThat(policy.allows(List.of(limited), outside)).isFalse();
        assertThat(policy.allows(List.of(free), outside)).isTrue();
        assertThat(policy.allows(List.of(free, limited), outside)).isFalse();
        assertThat(policy.allows(List.of(limited), UnderlayAddr.of("192.0.2.66:1"))).isFalse();
        assertThat(policy.allows(List.of(), outside)).isTrue();
    }

    private static boolean allows(RemoteAllowList policy, String remote) {
        return policy.allows(List.of(), UnderlayAddr.of(remote));
    }

    private static Map<Cidr, Boolean> rules(Object... pairs) {
        Map<Cidr, Boolean> rules = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            rules.put(Cidr.of((String) pairs[i]), (Boolean) pairs[i + 1]);
        }
        return rules;
    }
}
