package dev.asterism.overlay.firewall;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.net.Cidr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this host's certificate says is its own: addresses, their networks, and the networks it routes for.
 * Compared by content, so that a reload can tell whether anything moved. Immutable.
 */
public final class LocalNetworks {

    private final List<Cidr> networks;
    private final List<Cidr> unsafeNetworks;
    private final NetworkSet inNetworks;
    private final NetworkSet inUnsafeNetworks;

    /**
     * @param networks addresses with the prefix of their network, as certificates carry them
     */
    public LocalNetworks(List<Cidr> networks, List<Cidr> unsafeNetworks) {
        this.networks = List.copyOf(networks);
        this.unsafeNetworks = List.copyOf(unsafeNetworks);
        inNetworks = new NetworkSet(networks);
        inUnsafeNetworks = new NetworkSet(unsafeNetworks);
    }

    public static LocalNetworks of(Certificate ours) {
        return new LocalNetworks(ours.networks(), ours.unsafeNetworks());
    }

    public List<Cidr> networks() {
        return networks;
    }

    public List<Cidr> unsafeNetworks() {
        return unsafeNetworks;
    }

    /** Whether packets for the address end here: one of our addresses, or in a network we route for. */
    public boolean handles(long hi, long lo) {
        for (int i = 0; i < networks.size(); i++) {
            Cidr own = networks.get(i);
            if (own.address().lo() == lo && own.address().hi() == hi) {
                return true;
            }
        }
        return inUnsafeNetworks.contains(hi, lo);
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
