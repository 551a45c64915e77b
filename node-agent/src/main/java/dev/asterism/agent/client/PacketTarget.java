package dev.asterism.agent.client;

import java.util.Locale;
import java.util.Map;

/**
 * {@code DST[:PORT][/PROTO]}: without a protocol tcp when there is a port, else icmp; or any, when
 * real packets are asked for. An IPv6 address with a port stands in brackets.
 *
 * @param protocol IP protocol number; 0 for any
 */
record PacketTarget(String host, int port, int protocol) {

    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int TCP = 6;
    private static final int UDP = 17;

    /**
     * @param any whether what is left out may be anything
     */
    static PacketTarget parse(String text, boolean any) {
        int slash = text.indexOf('/');
        String place = slash < 0 ? text : text.substring(0, slash);
        String host = place;
        String port = "";
        int close = place.indexOf(']');
        int colon = place.lastIndexOf(':');
        if (place.startsWith("[") && close > 0) {
            host = place.substring(1, close);
            port = colon > close ? place.substring(colon + 1) : "";
        } else if (colon >= 0 && place.indexOf(':') == colon) {
            host = place.substring(0, colon);
            port = place.substring(colon + 1);
        }
        int number = port.isEmpty() ? 0 : number(port, 65_535, "port");
        boolean ipv6 = host.indexOf(':') >= 0;
        int protocol =
                slash < 0
                        ? (any ? 0 : number == 0 ? icmp(ipv6) : TCP)
                        : protocol(text.substring(slash + 1), ipv6);
        if (port.isEmpty() && !any && (protocol == TCP || protocol == UDP)) {
            throw VerbLine.usage(
                    "tcp and udp need a port: write " + host + ":PORT" + text.substring(slash));
        }
        return new PacketTarget(host, number, protocol);
    }

    private static int icmp(boolean ipv6) {
        return ipv6 ? ICMPV6 : ICMP;
    }

    private static int protocol(String text, boolean ipv6) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "tcp" -> TCP;
            case "udp" -> UDP;
            case "icmp" -> icmp(ipv6);
            default -> number(text, 255, "protocol");
        };
    }

    private static int number(String text, int most, String what) {
        try {
            int value = Integer.parseInt(text);
            if (value >= 0 && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw VerbLine.usage(what + " `" + text + "` is no number");
        }
        throw VerbLine.usage(what + " `" + text + "` is not between 0 and " + most);
    }

    void addTo(Map<String, String> request) {
        request.put("dst", host);
        request.put("port", Integer.toString(port));
        request.put("protocol", Integer.toString(protocol));
    }
}
