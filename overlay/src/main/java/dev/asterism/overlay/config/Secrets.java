package dev.asterism.overlay.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds private keys in texts that are about to be shown. Keys get pasted into the wrong place, and
 * messages repeat what they complain about. Works by form alone: text between PEM banners, the PIN
 * of a token, and long runs of base64 in mixed case. Certificates, fingerprints in hexadecimal
 * digits and the paths of files stay readable.
 */
final class Secrets {

    static final String HIDDEN = "(hidden)";

    /** The base64 form of 32 bytes, the shortest private key, has 43 characters and a padding. */
    private static final int SHORTEST_RUN = 40;

    /**
     * A path has more slashes than random base64 of the same length. One that begins with a slash and has neither digit
     * nor plus is a path as well: one of about 200,000 keys looks like that.
     */
    private static final int MAX_SLASHES = 3;

    private static final Pattern PEM =
            Pattern.compile("(?s)-----BEGIN.*?(?:-----END[^-]*(?:-----\\s*)?|\\z)");

    private static final Pattern CERTIFICATE =
            Pattern.compile(
                    "-----BEGIN[A-Z0-9 ]* CERTIFICATE-----[^-]*-----END[A-Z0-9 ]* CERTIFICATE-----\\s*");

    private static final Pattern PIN = Pattern.compile("pin-(?:value|source)=[^;&?\\s\"'`]*");

    private static final Pattern RUN =
            Pattern.compile("[A-Za-z0-9+/]{" + SHORTEST_RUN + ",}(={0,2})");

    private Secrets() {}

    /** The text with each secret replaced by {@link #HIDDEN}. */
    static String hide(String text) {
        if (text.length() < SHORTEST_RUN && !text.contains("-----") && !text.contains("pin-")) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        Matcher block = PEM.matcher(text);
        int from = 0;
        while (block.find()) {
            shown.append(hideOutsidePem(text.substring(from, block.start())));
            boolean isPublic = CERTIFICATE.matcher(block.group()).matches();
            shown.append(isPublic ? block.group() : HIDDEN);
            from = block.end();
        }
        return shown.append(hideOutsidePem(text.substring(from))).toString();
    }

    private static String hideOutsidePem(String text) {
        return RUN.matcher(PIN.matcher(text).replaceAll(HIDDEN))
                .replaceAll(run -> isKey(run.group(), run.group(1)) ? HIDDEN : run.group());
    }

    /** Whether a value of {@code pki.key} is anything but the path of a file. */
    static boolean isKeyText(String value) {
        return value.indexOf('\n') >= 0 || value.contains("-----") || !hide(value).equals(value);
    }

    private static boolean isKey(String run, String padding) {
        int slashes = 0;
        boolean word = run.charAt(0) == '/';
        boolean upper = false;
        boolean lower = false;
        for (int i = 0; i < run.length(); i++) {
            char c = run.charAt(i);
            slashes += c == '/' ? 1 : 0;
            word &= c != '+' && (c < '0' || c > '9');
            upper |= c >= 'A' && c <= 'Z';
            lower |= c >= 'a' && c <= 'z';
        }
        return upper && lower && (!padding.isEmpty() || (slashes <= MAX_SLASHES && !word));
    }
}
