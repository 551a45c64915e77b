package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Lower-case hex SHA-256. */
final class Fingerprints {

    /** Hex digits in a fingerprint. */
    static final int LENGTH = 64;

    private Fingerprints() {}

    static String of(Bytes content) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            content.update(sha256);
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
