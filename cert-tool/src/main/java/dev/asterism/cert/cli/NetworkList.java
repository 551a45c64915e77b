package dev.asterism.cert.cli;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Networks as written on the command line. IPv4-mapped ones count as IPv6, which {@link Cidr} alone
 * cannot tell.
 */
final class NetworkList {

    private final List<Cidr> ipv4 = new ArrayList<>();
    private final List<String> ipv6 = new ArrayList<>();

    private NetworkList() {}

    static NetworkList parse(String flag, String text) throws ToolException {
        NetworkList list = new NetworkList();
        for (String entry : CommaList.of(text)) {
            Cidr plain = Cidr.parse(entry);
            if (entry.indexOf(':') >= 0 && isIpv6(entry)) {
                list.ipv6.add(entry);
            } else if (plain != null) {
                list.ipv4.add(plain);
            } else {
                throw new ToolException.Usage("invalid -" + flag + " definition: " + entry);
            }
        }
        return list;
    }

    private static boolean isIpv6(String entry) {
        int slash = entry.lastIndexOf('/');
        @Nullable Ip address = slash < 0 ? null : Ip.parse(entry.substring(0, slash));
        return address != null && Cidr.parse("::" + entry.substring(slash)) != null;
    }

    int size() {
        return ipv4.size() + ipv6.size();
    }

    boolean hasIpv4() {
        return !ipv4.isEmpty();
    }

    boolean hasIpv6() {
        return !ipv6.isEmpty();
    }

    String firstIpv6() {
        return ipv6.getFirst();
    }

    List<Cidr> ipv4() {
        return ipv4;
    }
}
