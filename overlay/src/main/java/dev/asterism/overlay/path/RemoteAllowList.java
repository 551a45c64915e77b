package dev.asterism.overlay.path;

import dev.asterism.overlay.config.OverlayConfig.AllowListConfig;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.PrefixTable;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.List;
import java.util.Map;

/**
 * {@code remote_allow_list} for everyone and {@code remote_allow_ranges} by overlay address of the peer; both
 * must allow (spec behaviour.md 3.4). Immutable.
 */
public final class RemoteAllowList implements RemoteFilter {

    private final AllowList everyone;
    private final PrefixTable<AllowList> byOverlay = new PrefixTable<>();

    public RemoteAllowList(AllowListConfig everyone, Map<Cidr, AllowListConfig> ranges) {
        this.everyone = new AllowList(everyone);
        ranges.forEach((range, list) -> byOverlay.put(range, new AllowList(list)));
    }

    @Override
    public boolean allowsFrom(long hi, long lo) {
        return everyone.allows(hi, lo);
    }

    @Override
    public boolean allows(List<Ip> overlay, UnderlayAddr remote) {
        if (!everyone.allows(remote.ip())) {
            return false;
        }
        for (Ip address : overlay) {
            AllowList range = byOverlay.longestMatch(address);
            if (range != null && !range.allows(remote.ip())) {
                return false;
            }
        }
        return true;
    }
}
