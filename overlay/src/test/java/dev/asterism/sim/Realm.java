package dev.asterism.sim;

import dev.asterism.overlay.net.Ip;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A space in which addresses are unique: the public internet, or the inside of a NAT. */
final class Realm {

    private final Map<Ip, Station> owners = new TreeMap<>();
    private final @Nullable SimNat gateway;
    private final int firstIpv4;
    private int given;

    /**
     * @param gateway the way out; null for the public internet
     * @param firstIpv4 addresses given out start here
     */
    Realm(@Nullable SimNat gateway, Ip firstIpv4) {
        this.gateway = gateway;
        this.firstIpv4 = firstIpv4.ipv4();
    }

    @Nullable SimNat gateway() {
        return gateway;
    }

    @Nullable Station ownerOf(Ip ip) {
        return owners.get(ip);
    }

    Ip freeIpv4() {
        Ip ip;
        do {
            ip = Ip.ofIpv4(firstIpv4 + given++);
        } while (owners.containsKey(ip));
        return ip;
    }

    void claim(Ip ip, Station owner) {
        Station before = owners.putIfAbsent(ip, owner);
        if (before != null && before != owner) {
            throw new IllegalStateException(ip + " already belongs to " + before.name());
        }
    }

    void release(Ip ip) {
        owners.remove(ip);
    }
}
