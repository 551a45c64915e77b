package dev.asterism.lighthouse.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.config.InterfacePattern;
import dev.asterism.overlay.config.OverlayConfig.AllowListConfig;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalAllowListTest {

    @Test
    void interfaceRulesAreAnchoredAndDefaultToTheInverse() {
        Map<InterfacePattern, Boolean> denied = names("docker.*", false);
        denied.putAll(names("tun0", false));
        LocalAllowList list = new LocalAllowList(AllowListConfig.ALLOW_ALL, denied);
        Ip address = Ip.of("192.0.2.1");

        assertThat(list.allows("docker0", address)).isFalse();
        assertThat(list.allows("mydocker0", address)).isTrue();
        assertThat(list.allows("tun0", address)).isFalse();
        assertThat(list.allows("tun01", address)).isTrue();

        LocalAllowList only = new LocalAllowList(AllowListConfig.ALLOW_ALL, names("eth.", true));
        assertThat(only.allows("eth0", address)).isTrue();
        assertThat(only.allows("wlan0", address)).isFalse();
    }

    @Test
    void interfaceRulesComeBeforeAddressRules() {
        LocalAllowList list =
                new LocalAllowList(
                        new AllowListConfig(rules("10.0.0.0/8", false), true, true),
                        names("eth0", true));

        assertThat(list.allows("eth0", Ip.of("192.0.2.1"))).isTrue();
        assertThat(list.allows("eth0", Ip.of("10.1.1.1"))).isFalse();
        assertThat(list.allows("eth1", Ip.of("192.0.2.1"))).isFalse();
    }

    /** With backtracking this would take longer than the universe is old. */
    @Test
    void expressionsTakeLinearTime() {
        LocalAllowList list =
                new LocalAllowList(AllowListConfig.ALLOW_ALL, names("(a+)+(a*)*z", false));

        assertThat(list.allows("a".repeat(10_000), Ip.of("192.0.2.1"))).isTrue();
    }

    /** As in Nebula, which writes a caret before the expression and a dollar behind it. */
    @Test
    void alternativesAreAnchoredOnOneSideOnly() {
        LocalAllowList list =
                new LocalAllowList(AllowListConfig.ALLOW_ALL, names("eth|wlan", false));

        assertThat(list.allows("eth0", Ip.of("192.0.2.1"))).isFalse();
        assertThat(list.allows("0wlan", Ip.of("192.0.2.1"))).isFalse();
        assertThat(list.allows("wlan0", Ip.of("192.0.2.1"))).isTrue();
    }

    private static Map<InterfacePattern, Boolean> names(String pattern, boolean allow) {
        Map<InterfacePattern, Boolean> names = new LinkedHashMap<>();
        names.put(InterfacePattern.compile(pattern), allow);
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
