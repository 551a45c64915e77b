package dev.asterism.lighthouse.client;

import dev.asterism.overlay.net.Ip;
import java.util.List;

/** The addresses of this machine's interfaces as they are at the call, best first; empty when nobody can tell. */
@FunctionalInterface
public interface LocalAddresses {

    /**
     * @param interfaceName as {@code local_allow_list.interfaces} matches it
     */
    record LocalAddress(String interfaceName, Ip ip) {}

    /**
     * @param lighthouses underlay addresses as far as known; what this machine would send to them
     *     from comes first, as others keep only the first few addresses
     */
    List<LocalAddress> current(List<Ip> lighthouses);
}
