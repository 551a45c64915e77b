package dev.asterism.overlay.path;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.Comparator;
import java.util.List;

/** Preferred ranges, then IPv6, then public IPv4, then RFC 1918; by address and port within (wire.md 9.6). */
record CandidateOrder(List<Cidr> preferredRanges) implements Comparator<UnderlayAddr> {

    @Override
    public int compare(UnderlayAddr a, UnderlayAddr b) {
        int byClass = Integer.compare(rank(a.ip()), rank(b.ip()));
        return byClass != 0 ? byClass : a.compareTo(b);
    }

    private int rank(Ip ip) {
        int family = !ip.isIpv4() ? 0 : ip.isPrivate() ? 2 : 1;
        return isPreferred(ip) ? family : family + 3;
    }

    private boolean isPreferred(Ip ip) {
        for (Cidr range : preferredRanges) {
            if (range.contains(ip)) {
                return true;
            }
        }
        return false;
    }
}
