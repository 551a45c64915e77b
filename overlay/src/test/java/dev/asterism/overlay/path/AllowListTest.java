package dev.asterism.overlay.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.config.OverlayConfig.AllowList;
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
        AllowList list =
                new AllowList(
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
        AllowList list = new AllowList(rules("::/0", true, "192.0.2.0/24", true), false, true);
        RemoteAllowList policy = new RemoteAllowList(list, Collections.emptyMap());

        assertThat(allows(policy, "192.0.2.1:1")).isTrue();
        assertThat(allows(policy, "198.51.100.1:1")).isFalse();
    }

    @Test
    void anEmptyListAllowsEverything() {
        RemoteAllowList policy = new RemoteAllowList(AllowList.ALLOW_ALL, Collections.emptyMap());

        assertThat(allows(policy, "192.0.2.1:1")).isTrue();
        assertThat(allows(policy, "[2001:db8::1]:1")).isTrue();
    }

    @Test
    void everyOverlayAddressMustPassItsRangeAndTheCommonList() {
        Map<Cidr, AllowList> ranges = new LinkedHashMap<>();
        ranges.put(
                Cidr.of("10.42.1.0/24"), new AllowList(rules("192.0.2.0/24", true), false, true));
        ranges.put(Cidr.of("10.42.0.0/16"), AllowList.ALLOW_ALL);
        RemoteAllowList policy =
                new RemoteAllowList(
                        new AllowList(rules("192.0.2.66/32", false), true, true), ranges);
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

    @Test
    void interfaceRulesAreAnchoredAndDefaultToTheInverse() {
        Map<String, Boolean> denied = new LinkedHashMap<>();
        denied.put("docker.*", false);
        denied.put("tun0", false);
        LocalAllowList list = new LocalAllowList(AllowList.ALLOW_ALL, denied);
        Ip address = Ip.of("192.0.2.1");

        assertThat(list.allows("docker0", address)).isFalse();
        assertThat(list.allows("mydocker0", address)).isTrue();
        assertThat(list.allows("tun0", address)).isFalse();
        assertThat(list.allows("tun01", address)).isTrue();

        LocalAllowList only = new LocalAllowList(AllowList.ALLOW_ALL, names("eth.", true));
        assertThat(only.allows("eth0", address)).isTrue();
        assertThat(only.allows("wlan0", address)).isFalse();
    }

    @Test
    void interfaceRulesComeBeforeAddressRules() {
        LocalAllowList list =
                new LocalAllowList(
                        new AllowList(rules("10.0.0.0/8", false), true, true), names("eth0", true));

        assertThat(list.allows("eth0", Ip.of("192.0.2.1"))).isTrue();
        assertThat(list.allows("eth0", Ip.of("10.1.1.1"))).isFalse();
        assertThat(list.allows("eth1", Ip.of("192.0.2.1"))).isFalse();
    }

    /** With backtracking this would take longer than the universe is old. */
    @Test
    void expressionsTakeLinearTime() {
        LocalAllowList list = new LocalAllowList(AllowList.ALLOW_ALL, names("(a+)+(a*)*z", false));

        assertThat(list.allows("a".repeat(10_000), Ip.of("192.0.2.1"))).isTrue();
    }

    /** As in Nebula, which writes a caret before the expression and a dollar behind it. */
    @Test
    void alternativesAreAnchoredOnOneSideOnly() {
        LocalAllowList list = new LocalAllowList(AllowList.ALLOW_ALL, names("eth|wlan", false));

        assertThat(list.allows("eth0", Ip.of("192.0.2.1"))).isFalse();
        assertThat(list.allows("0wlan", Ip.of("192.0.2.1"))).isFalse();
        assertThat(list.allows("wlan0", Ip.of("192.0.2.1"))).isTrue();
    }

    @Test
    void refusesWhatIsNoExpression() {
        assertThatThrownBy(() -> new LocalAllowList(AllowList.ALLOW_ALL, names("(", true)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static boolean allows(RemoteAllowList policy, String remote) {
        return policy.allows(List.of(), UnderlayAddr.of(remote));
    }

    private static Map<String, Boolean> names(String pattern, boolean allow) {
        Map<String, Boolean> names = new LinkedHashMap<>();
        names.put(pattern, allow);
        return names;
    }

    private static Map<Cidr, Boolean> rules(Object... pairs) {
        Map<Cidr, Boolean> rules = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            rules.put(Cidr.of((String) pairs[i]), (Boolean) pairs[i + 1]);
        }
        return rules;
    }
}
