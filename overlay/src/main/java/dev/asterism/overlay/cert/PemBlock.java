package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import java.util.Arrays;

/** One PEM block. It may hold a private key, so it has no text form. */
final class PemBlock {

    private final String label;
    private final byte[] content;

    /** Takes over {@code content}. */
    PemBlock(String label, byte[] content) {
        this.label = label;
        this.content = content;
    }

    String label() {
        return label;
    }

    /** For public content. */
    Bytes bytes() {
        return Bytes.copyOf(content);
    }

    /** The content itself, borrowed, for keys: gone after {@link #destroy}. */
    byte[] content() {
        return content;
    }

    void destroy() {
        Arrays.fill(content, (byte) 0);
    }
}
