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
    private final List<Cidr> ipv6 = new ArrayList<>();
    private final List<String> ipv6Texts = new ArrayList<>();
    private final List<String> mapped = new ArrayList<>();

    private NetworkList() {}

    static NetworkList parse(String flag, String text) throws ToolException {
        NetworkList list = new NetworkList();
        for (String entry : CommaList.of(text)) {
            Cidr plain = Cidr.parse(entry);
            if (isMapped(entry)) {
                list.ipv6Texts.add(entry);
                list.mapped.add(entry);
            } else if (plain == null) {
                throw new ToolException.Usage("invalid -" + flag + " definition: " + entry);
            } else if (plain.isIpv4()) {
                list.ipv4.add(plain);
            } else {
                list.ipv6Texts.add(entry);
                list.ipv6.add(plain);
            }
        }
        return list;
    }

    private static boolean isMapped(String entry) {
        int slash = entry.lastIndexOf('/');
        if (entry.indexOf(':') < 0 || slash < 0) {
            return false;
        }
        @Nullable Ip address = Ip.parse(entry.substring(0, slash));
        return address != null
                && address.isIpv4()
                && Cidr.parse("::" + entry.substring(slash)) != null;
    }

    int size() {
        return ipv4.size() + ipv6Texts.size();
    }

    boolean hasIpv4() {
        return !ipv4.isEmpty();
    }

    boolean hasIpv6() {
        return !ipv6Texts.isEmpty();
    }

    String firstIpv6() {
        return ipv6Texts.getFirst();
    }

    List<Cidr> ipv4() {
        return ipv4;
    }

    /** Networks that hosts may have, of both families, for a certificate of version 2. */
    List<Cidr> networks() throws ToolException {
        if (!mapped.isEmpty()) {
            throw new ToolException(
                    "error while signing: 4in6 networks are not allowed: " + mapped.getFirst());
        }
        return both();
    }

    /** As {@link #networks}, for those that hosts may route for. */
    List<Cidr> unsafeNetworks() throws ToolException {
        if (!mapped.isEmpty()) {
            throw new ToolException.Usage(
                    "invalid -unsafe-networks definition: %s is an IPv4 network written as IPv6, write it as IPv4"
                            .formatted(mapped.getFirst()));
        }
        return both();
    }

    private List<Cidr> both() {
        List<Cidr> all = new ArrayList<>(ipv4);
        all.addAll(ipv6);
        return all;
    }
}
