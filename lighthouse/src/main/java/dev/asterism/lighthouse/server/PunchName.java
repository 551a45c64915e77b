package dev.asterism.lighthouse.server;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import java.util.List;

/** By which of its addresses the querier is named to the queried host (spec wire.md 9.5). */
final class PunchName {

    private PunchName() {}

    /** The first address that the target's networks contain, taken in the order of the networks; else the primary. */
    static Ip of(List<Ip> querier, List<Cidr> targetNetworks) {
        for (Cidr network : targetNetworks) {
            for (Ip address : querier) {
                if (network.contains(address)) {
                    return address;
                }
            }
        }
        return querier.getFirst();
    }
}
