package dev.asterism.overlay.path;

import dev.asterism.overlay.config.OverlayConfig.AllowList;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.PrefixTable;

/** A compiled {@link AllowList}: longest match decides, else the family's default. Immutable. */
final class CidrRules {

    private final PrefixTable<Boolean> ipv4 = new PrefixTable<>();
    private final PrefixTable<Boolean> ipv6 = new PrefixTable<>();
    private final boolean defaultIpv4;
    private final boolean defaultIpv6;

    CidrRules(AllowList list) {
        list.rules().forEach((cidr, allow) -> (cidr.isIpv4() ? ipv4 : ipv6).put(cidr, allow));
        this.defaultIpv4 = list.defaultIpv4();
        this.defaultIpv6 = list.defaultIpv6();
    }

    boolean allows(Ip ip) {
        return allows(ip.hi(), ip.lo());
    }

    boolean allows(long hi, long lo) {
        boolean isIpv4 = Ip.isIpv4(hi, lo);
        Boolean rule = (isIpv4 ? ipv4 : ipv6).longestMatch(hi, lo);
        if (rule != null) {
            return rule;
        }
        return isIpv4 ? defaultIpv4 : defaultIpv6;
    }
}
