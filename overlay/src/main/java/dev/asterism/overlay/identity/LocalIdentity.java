package dev.asterism.overlay.identity;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.noise.KeyPair;
import java.util.List;

/**
 * Who this node is: its certificate and the static key that belongs to it.
 *
 * @param certificate what handshakes show
 * @param keys the Noise static key pair
 */
public record LocalIdentity(Certificate certificate, KeyPair keys) {

    /** Our overlay addresses, primary first. */
    public List<Ip> addresses() {
        return certificate.networks().stream().map(Cidr::address).toList();
    }

    public Ip primary() {
        return certificate.networks().getFirst().address();
    }

    /** True when the address lies in one of our overlay networks. */
    public boolean isInNetworks(Ip ip) {
        return isInNetworks(ip.hi(), ip.lo());
    }

    /** As above on words; allocates nothing. */
    public boolean isInNetworks(long hi, long lo) {
        List<Cidr> networks = certificate.networks();
        for (int i = 0; i < networks.size(); i++) {
            if (networks.get(i).contains(hi, lo)) {
                return true;
            }
        }
        return false;
    }

    public boolean isOwnAddress(long hi, long lo) {
        List<Cidr> networks = certificate.networks();
        for (int i = 0; i < networks.size(); i++) {
            Ip own = networks.get(i).address();
            if (own.hi() == hi && own.lo() == lo) {
                return true;
            }
        }
        return false;
    }

    /** Of IPv4 networks with a prefix below /31, as broadcasts are. */
    public boolean isLocalBroadcast(long hi, long lo) {
        for (Cidr network : certificate.networks()) {
            Ip last = network.last();
            if (network.isIpv4() && network.bits() < 31 && last.hi() == hi && last.lo() == lo) {
                return true;
            }
        }
        return false;
    }
}
