package dev.asterism.overlay.path;

import dev.asterism.overlay.config.OverlayConfig.AllowListConfig;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.PrefixTable;

/** A compiled {@link AllowListConfig}: longest match decides, else the family's default. Immutable. */
public final class AllowList {

    private final PrefixTable<Boolean> ipv4 = new PrefixTable<>();
    private final PrefixTable<Boolean> ipv6 = new PrefixTable<>();
    private final boolean defaultIpv4;
    private final boolean defaultIpv6;

    public AllowList(AllowListConfig list) {
        list.rules().forEach((cidr, allow) -> (cidr.isIpv4() ? ipv4 : ipv6).put(cidr, allow));
        this.defaultIpv4 = list.defaultIpv4();
        this.defaultIpv6 = list.defaultIpv6();
    }

    public boolean allows(Ip ip) {
        return allows(ip.hi(), ip.lo());
    }

    public boolean allows(long hi, long lo) {
        boolean isIpv4 = Ip.isIpv4(hi, lo);
        Boolean rule = (isIpv4 ? ipv4 : ipv6).longestMatch(hi, lo);
        if (rule != null) {
            return rule;
        }
        return isIpv4 ? defaultIpv4 : defaultIpv6;
    }
}
