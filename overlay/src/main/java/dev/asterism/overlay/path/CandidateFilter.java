package dev.asterism.overlay.path;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.List;

/**
 * What decides about a candidate besides who reported it; replaced whole on reload.
 *
 * @param ourNetworks overlay networks: a candidate inside one would send the mesh into itself
 * @param ipv4Socket our socket cannot reach IPv6; such candidates are kept for others but not used
 */
public record CandidateFilter(RemoteFilter policy, List<Cidr> ourNetworks, boolean ipv4Socket) {

    /** Lets everything pass, for tests and for nodes without networks yet. */
    public static final CandidateFilter OPEN =
            new CandidateFilter(RemoteFilter.ALLOW_ALL, List.of(), false);

    public CandidateFilter {
        ourNetworks = List.copyOf(ourNetworks);
    }

    /**
     * May be stored and told to others: one host's address and port, outside our overlay networks, allowed for
     * every overlay address of the peer.
     */
    public boolean admits(List<Ip> overlay, UnderlayAddr remote) {
        if (!isSingleHost(remote)) {
            return false;
        }
        for (Cidr network : ourNetworks) {
            if (network.contains(remote.ip())) {
                return false;
            }
        }
        return policy.allows(overlay, remote);
    }

    /** {@link #admits}, and our own socket can send there. */
    public boolean usable(List<Ip> overlay, UnderlayAddr remote) {
        return (!ipv4Socket || remote.ip().isIpv4()) && admits(overlay, remote);
    }

    private static boolean isSingleHost(UnderlayAddr remote) {
        Ip ip = remote.ip();
        return remote.port() != 0
                && !ip.isUnspecified()
                && !ip.isMulticast()
                && !(ip.isIpv4() && ip.ipv4() == -1);
    }
}
