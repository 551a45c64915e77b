package dev.asterism.lighthouse.settings;

import dev.asterism.overlay.config.InterfacePattern;
import dev.asterism.overlay.config.OverlayConfig.AllowListConfig;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.AllowList;
import java.util.List;
import java.util.Map;

/**
 * {@code local_allow_list}: which of our own addresses are told to lighthouses (spec behaviour.md 3.4). Rules
 * on interface names share one value; a name that none
 * matches gets the inverse. Immutable.
 */
public final class LocalAllowList {

    private final AllowList addresses;
    private final List<InterfacePattern> names;
    private final boolean namesAllow;

    public LocalAllowList(AllowListConfig addresses, Map<InterfacePattern, Boolean> interfaces) {
        this.addresses = new AllowList(addresses);
        this.names = List.copyOf(interfaces.keySet());
        this.namesAllow = interfaces.isEmpty() || interfaces.values().iterator().next();
    }

    public boolean allows(String interfaceName, Ip address) {
        return allowsName(interfaceName) && addresses.allows(address);
    }

    private boolean allowsName(String interfaceName) {
        if (names.isEmpty()) {
            return true;
        }
        for (InterfacePattern name : names) {
            if (name.matches(interfaceName)) {
                return namesAllow;
            }
        }
        return !namesAllow;
    }
}
