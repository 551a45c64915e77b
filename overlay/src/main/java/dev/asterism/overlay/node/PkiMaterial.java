package dev.asterism.overlay.node;

/**
 * The PEM texts that {@code pki} names. Not logged: {@link #toString} leaves everything out, as one text is the
 * private key.
 *
 * @param ca one or more CA certificates
 * @param cert at most one host certificate of each version
 * @param key the private key
 */
public record PkiMaterial(String ca, String cert, String key) {

    @Override
    public String toString() {
        return "PkiMaterial";
    }
}
