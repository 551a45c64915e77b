package dev.asterism.overlay.aead;

/** One direction's key, prepared by its provider. Immutable, shared by threads; has no text form. */
public interface AeadKey {

    /** Wipes the key material where the provider can; the key must not be used again. */
    void destroy();
}
