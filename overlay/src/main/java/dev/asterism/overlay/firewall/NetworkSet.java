package dev.asterism.overlay.firewall;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.PrefixTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** "Is this address in one of these networks?", without allocation. Immutable, safe on any thread. */
final class NetworkSet {

    /** Up to here comparing one after the other beats walking a trie bit by bit. */
    private static final int SCANNED = 16;

    private final Cidr[] networks;
    private final @Nullable PrefixTable<Cidr> table;

    NetworkSet(List<Cidr> networks) {
        this.networks = networks.stream().map(Cidr::masked).distinct().toArray(Cidr[]::new);
        if (this.networks.length <= SCANNED) {
            table = null;
            return;
        }
        PrefixTable<Cidr> prefixes = new PrefixTable<>();
        for (Cidr network : this.networks) {
            prefixes.put(network, network);
        }
        table = prefixes;
    }

    boolean contains(long hi, long lo) {
        if (table != null) {
            return table.longestMatch(hi, lo) != null;
        }
        for (Cidr network : networks) {
            if (network.contains(hi, lo)) {
                return true;
            }
        }
        return false;
    }

    boolean isEmpty() {
        return networks.length == 0;
    }
}
