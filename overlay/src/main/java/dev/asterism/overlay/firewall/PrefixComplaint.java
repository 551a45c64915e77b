package dev.asterism.overlay.firewall;

import dev.asterism.overlay.net.Ip;

/** Says why a text is no prefix in the words that existing log searches know (Go's netip.ParsePrefix). */
final class PrefixComplaint {

    private PrefixComplaint() {}

    static String about(String text) {
        return "netip.ParsePrefix(\"" + text + "\"): " + reason(text);
    }

    private static String reason(String text) {
        int slash = text.lastIndexOf('/');
        if (slash < 0) {
            return "no '/'";
        }
        String address = text.substring(0, slash);
        String bits = text.substring(slash + 1);
        if (Ip.parse(address) == null) {
            return "ParseAddr(\"" + address + "\"): unable to parse IP";
        }
        boolean digits = !bits.isEmpty() && bits.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits && (bits.length() == 1 || bits.charAt(0) != '0')
                ? "prefix length out of range"
                : "bad bits after slash: \"" + bits + "\"";
    }
}
