package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import org.jspecify.annotations.Nullable;

/** Public content of our own in PEM text, under a label of its own. */
public final class PemFile {

    private PemFile() {}

    /** One block with its BEGIN and END lines. */
    public static String encode(String label, Bytes content) {
        return Pem.encode(label, content.toArray());
    }

    /** What the first block with this label holds; null when there is none that is whole. */
    public static @Nullable Bytes find(String text, String label) {
        Pem pem = new Pem(text);
        for (PemBlock block = pem.next(); block != null; block = pem.next()) {
            if (block.label().equals(label)) {
                return block.bytes();
            }
        }
        return null;
    }
}
