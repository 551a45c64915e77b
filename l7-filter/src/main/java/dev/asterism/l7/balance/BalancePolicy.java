package dev.asterism.l7.balance;

import java.time.Duration;
import java.util.Locale;

/**
 * By what an endpoint is chosen.
 *
 * @param header whose value is hashed, in lower case; empty unless {@link Kind#HASH_HEADER}
 * @param slowStart over which an endpoint that is new or well again comes to its share; 0: at once
 * @param source where it stands: {@code config.yml:12}; empty: nowhere
 */
public record BalancePolicy(Kind kind, String header, Duration slowStart, String source) {

    /** Source: Envoy's slow start; HAProxy's slowstart. */
    public static final Duration SLOW_START = Duration.ofSeconds(30);

    /** With the usual slow start. */
    public BalancePolicy(Kind kind, String header, String source) {
        this(kind, header, SLOW_START, source);
    }

    /** The rule. */
    public enum Kind {
        /** Peak-sensitive latency times what is under way, the better of two. */
        EWMA("ewma"),
        /** What is under way, the better of two. */
        LEAST("least"),
        /** In turn by weight, smoothly. */
        ROUND("round"),
        /** A ring by a header's value. */
        HASH_HEADER("hash:header"),
        /** A ring by the name of the caller's certificate. */
        HASH_PEER("hash:peer");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    public static final BalancePolicy STANDARD = new BalancePolicy(Kind.EWMA, "", "");

    private static final String HEADER = Kind.HASH_HEADER.word() + ":";

    /**
     * Reads {@code ewma}, {@code least}, {@code round}, {@code hash:header:NAME} or {@code hash:peer}.
     *
     * @throws IllegalArgumentException for everything else
     */
    public static BalancePolicy parse(String text, String source) {
        if (text.startsWith(HEADER) && text.length() > HEADER.length()) {
            String name = text.substring(HEADER.length()).strip().toLowerCase(Locale.ROOT);
            return new BalancePolicy(Kind.HASH_HEADER, name, source);
        }
        for (Kind kind : Kind.values()) {
            if (kind != Kind.HASH_HEADER && kind.word().equals(text)) {
                return new BalancePolicy(kind, "", source);
            }
        }
        throw new IllegalArgumentException(
                "expected ewma, least, round, 'hash:header:NAME' or 'hash:peer', not '"
                        + text
                        + "'");
    }

    public BalancePolicy withSlowStart(Duration over) {
        return new BalancePolicy(kind, header, over, source);
    }

    /** As a file writes it, without the slow start. */
    public String text() {
        return header.isEmpty() ? kind.word() : HEADER + header;
    }
}
