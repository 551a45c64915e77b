package dev.asterism.overlay.text;

/** How services that hosts advertise may be called, and how much of that one host may have. */
public final class ServiceName {

    public static final int MAX_NAME = 63;
    public static final int MAX_VERSION = 32;
    public static final int MAX_WEIGHT = 1_000;

    /** Of one host. */
    public static final int MAX_SERVICES = 16;

    /** Bytes of the names and versions of all services of one host, so that they fit a datagram. */
    public static final int MAX_TEXT = 900;

    /** Services that one host may ask for. */
    public static final int MAX_WANTED = 64;

    private ServiceName() {}

    /** 1 to {@value #MAX_NAME} of {@code A-Z a-z 0-9 . _ -}. */
    public static boolean isName(String text) {
        return !text.isEmpty() && text.length() <= MAX_NAME && isPlain(text, false);
    }

    /** At most {@value #MAX_VERSION} of the same or {@code +}; may be empty. */
    public static boolean isVersion(String text) {
        return text.length() <= MAX_VERSION && isPlain(text, true);
    }

    private static boolean isPlain(String text, boolean plus) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain =
                    c >= 'a' && c <= 'z'
                            || c >= 'A' && c <= 'Z'
                            || c >= '0' && c <= '9'
                            || c == '.'
                            || c == '_'
                            || c == '-'
                            || plus && c == '+';
            if (!plain) {
                return false;
            }
        }
        return true;
    }
}
