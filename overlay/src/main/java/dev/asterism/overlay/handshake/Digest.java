package dev.asterism.overlay.handshake;

import dev.asterism.overlay.io.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of what strangers sent, in place of the thing itself: 32 bytes whatever its length. One thread. */
final class Digest {

    private final MessageDigest sha256;

    Digest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    Bytes of(Bytes content) {
        content.update(sha256);
        return Bytes.owning(sha256.digest());
    }

    /** Of both, one behind the other; unambiguous where {@code tail} is always of one length. */
    Bytes of(Bytes content, Bytes tail) {
        content.update(sha256);
        tail.update(sha256);
        return Bytes.owning(sha256.digest());
    }
}
