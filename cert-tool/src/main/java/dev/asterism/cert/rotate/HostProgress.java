package dev.asterism.cert.rotate;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How far a host is. Each state includes those before it. */
public enum HostProgress {
    /** Trusts the old CA only, as far as anybody has said. */
    WAITING,
    /** Has the bundle, and so trusts both. */
    TRUSTS,
    /** Its certificate of the new CA is made. */
    ISSUED,
    /** Uses that. */
    USES;

    /** Null when the text is none. */
    static @Nullable HostProgress parse(String text) {
        for (HostProgress progress : values()) {
            if (progress.toString().equals(text)) {
                return progress;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
