package dev.asterism.overlay.net;

import org.jspecify.annotations.Nullable;

/**
 * Text forms of addresses. Accepts what Go's netip parser accepts (spec behaviour.md 10): no leading
 * zeros, no short forms, no zones, {@code ::} at most once.
 */
final class IpText {

    private IpText() {}

    static @Nullable Ip parse(String text) {
        return text.indexOf(':') >= 0 ? parseIpv6(text) : parseIpv4(text, 0);
    }

    private static @Nullable Ip parseIpv4(String text, int from) {
        int address = 0;
        int parts = 0;
        int i = from;
        while (parts < 4) {
            int start = i;
            int value = 0;
            while (i < text.length() && i - start < 4 && isDigit(text.charAt(i))) {
                value = value * 10 + text.charAt(i++) - '0';
            }
            int digits = i - start;
            boolean leadingZero = digits > 1 && text.charAt(start) == '0';
            if (digits == 0 || digits > 3 || value > 255 || leadingZero) {
                return null;
            }
            address = address << 8 | value;
            parts++;
            if (parts < 4 && (i >= text.length() || text.charAt(i++) != '.')) {
                return null;
            }
        }
        return i == text.length() ? Ip.ofIpv4(address) : null;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static @Nullable Ip parseIpv6(String text) {
        int[] groups = new int[8];
        int count = 0;
        int gap = -1;
        int i = 0;
        if (text.startsWith("::")) {
            gap = 0;
            i = 2;
        }
        while (i < text.length()) {
            int end = i;
            int value = 0;
            while (end < text.length()
                    && Character.digit(text.charAt(end), 16) >= 0
                    && text.charAt(end) < 128) {
                value = value << 4 | Character.digit(text.charAt(end), 16);
                if (++end - i > 4) {
                    return null;
                }
            }
            if (end < text.length() && text.charAt(end) == '.') {
                Ip tail = count <= 6 ? parseIpv4(text, i) : null;
                if (tail == null) {
                    return null;
                }
                groups[count++] = tail.ipv4() >>> 16;
                groups[count++] = tail.ipv4() & 0xFFFF;
                break;
            }
            if (end == i || count == 8) {
                return null;
            }
            groups[count++] = value;
            i = end;
            if (i == text.length()) {
                break;
            }
            if (text.charAt(i) != ':') {
                return null;
            }
            i++;
            if (i == text.length()) {
                return null;
            }
            if (text.charAt(i) == ':') {
                if (gap >= 0) {
                    return null;
                }
                gap = count;
                i++;
            }
        }
        return assemble(groups, count, gap);
    }

    private static @Nullable Ip assemble(int[] groups, int count, int gap) {
        if (gap < 0 ? count != 8 : count > 7) {
            return null;
        }
        int[] full = new int[8];
        int head = gap < 0 ? count : gap;
        System.arraycopy(groups, 0, full, 0, head);
        System.arraycopy(groups, head, full, 8 - (count - head), count - head);
        long hi = 0;
        long lo = 0;
        for (int g = 0; g < 4; g++) {
            hi = hi << 16 | full[g];
            lo = lo << 16 | full[g + 4];
        }
        return new Ip(hi, lo);
    }

    static String format(Ip ip) {
        if (ip.isIpv4()) {
            int a = ip.ipv4();
            return (a >>> 24) + "." + (a >>> 16 & 0xFF) + "." + (a >>> 8 & 0xFF) + "." + (a & 0xFF);
        }
        return formatIpv6(ip);
    }

    private static String formatIpv6(Ip ip) {
        int[] groups = new int[8];
        for (int g = 0; g < 4; g++) {
            groups[g] = (int) (ip.hi() >>> (48 - 16 * g)) & 0xFFFF;
            groups[g + 4] = (int) (ip.lo() >>> (48 - 16 * g)) & 0xFFFF;
        }
        int bestStart = -1;
        int bestLength = 1;
        for (int g = 0; g < 8; g++) {
            int length = 0;
            while (g + length < 8 && groups[g + length] == 0) {
                length++;
            }
            if (length > bestLength) {
                bestStart = g;
                bestLength = length;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int g = 0; g < 8; g++) {
            if (g == bestStart) {
                text.append("::");
                g += bestLength - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(groups[g]));
        }
        return text.toString();
    }
}
