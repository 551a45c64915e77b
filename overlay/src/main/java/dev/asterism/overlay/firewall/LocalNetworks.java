package dev.asterism.overlay.firewall;

import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this host's certificate says is its own: addresses, their networks, and the networks it
 * routes for. Compared by content, so that a reload can tell whether anything moved. Questions on
 * words allocate nothing. Immutable.
 */
public final class LocalNetworks {

    private final List<Cidr> networks;
    private final List<Cidr> unsafeNetworks;
    private final NetworkSet inNetworks;
    private final NetworkSet inUnsafeNetworks;
    private final Ip[] broadcasts;

    /**
     * @param networks addresses with the prefix of their network, as certificates carry them
     */
    public LocalNetworks(List<Cidr> networks, List<Cidr> unsafeNetworks) {
        this.networks = List.copyOf(networks);
        this.unsafeNetworks = List.copyOf(unsafeNetworks);
        inNetworks = new NetworkSet(networks);
        inUnsafeNetworks = new NetworkSet(unsafeNetworks);
        broadcasts =
                networks.stream()
                        .filter(network -> network.isIpv4() && network.bits() < 31)
                        .map(Cidr::last)
                        .toArray(Ip[]::new);
    }

    public static LocalNetworks of(LocalIdentity ours) {
        return new LocalNetworks(ours.networks(), ours.certificate().unsafeNetworks());
    }

    public List<Cidr> networks() {
        return networks;
    }

    public List<Cidr> unsafeNetworks() {
        return unsafeNetworks;
    }

    /** Whether packets for the address end here: one of our addresses, or in a network we route for. */
    public boolean handles(long hi, long lo) {
        return isOwnAddress(hi, lo) || inUnsafeNetworks.contains(hi, lo);
    }

    /** Whether it is one of this host's addresses. */
    public boolean isOwnAddress(long hi, long lo) {
        for (int i = 0; i < networks.size(); i++) {
            Ip own = networks.get(i).address();
            if (own.lo() == lo && own.hi() == hi) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is the last address of one of our IPv4 networks with a prefix below /31, as broadcasts are. */
    public boolean isBroadcast(long hi, long lo) {
        for (int i = 0; i < broadcasts.length; i++) {
            if (broadcasts[i].lo() == lo && broadcasts[i].hi() == hi) {
                return true;
            }
        }
        return false;
    }

    /** Whether the address lies in one of our overlay networks, whoever's it is. */
    public boolean inNetworks(long hi, long lo) {
        return inNetworks.contains(hi, lo);
    }

    public boolean hasUnsafeNetworks() {
        return !inUnsafeNetworks.isEmpty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LocalNetworks that
                && networks.equals(that.networks)
                && unsafeNetworks.equals(that.unsafeNetworks);
    }

    @Override
    public int hashCode() {
        return 31 * networks.hashCode() + unsafeNetworks.hashCode();
    }

    @Override
    public String toString() {
        return networks + (unsafeNetworks.isEmpty() ? "" : " routing for " + unsafeNetworks);
    }
}
