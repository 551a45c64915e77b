package dev.asterism.cert.record;

import java.io.IOException;

/** Somebody may know this private key: it was revoked, so nothing more is signed for it. */
public final class RevokedKeyException extends IOException {

    private static final long serialVersionUID = 1L;

    public RevokedKeyException(String name) {
        super("the key of " + name + " was revoked, and no certificate is issued for it again");
    }
}
