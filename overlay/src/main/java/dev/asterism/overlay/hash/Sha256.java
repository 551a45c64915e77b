package dev.asterism.overlay.hash;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 (FIPS 180-4) of bytes that lie in one array. A handshake takes about 90 blocks, which C1's code for the JDK's
 * digest calculates at about a microsecond each, so that somebody else may be chosen for the whole process, as for
 * curves (docs/adr/0063-cpu-of-a-lighthouse.md). Any thread; arguments are only read, and results are the caller's.
 */
public final class Sha256 {

    public static final int BYTES = 32;

    private static volatile @Nullable Library chosen;

    private Sha256() {}

    /** Somebody else than the JDK, who has passed published vectors. Thread-safe. */
    @FunctionalInterface
    public interface Library {

        /**
         * Writes the digest of the range to {@code out}, and keeps nothing of either.
         *
         * @param out {@value #BYTES} bytes
         */
        void digest(byte[] in, int from, int length, byte[] out);
    }

    /**
     * From now on this one.
     *
     * @param library null for the JDK
     */
    public static void choose(@Nullable Library library) {
        chosen = library;
    }

    /** Null for the JDK. */
    public static @Nullable Library chosen() {
        return chosen;
    }

    public static byte[] of(byte[] in) {
        return of(in, 0, in.length);
    }

    public static byte[] of(byte[] in, int from, int length) {
        Objects.checkFromIndexSize(from, length, in.length);
        byte[] out = new byte[BYTES];
        Library library = chosen;
        if (library == null) {
            byJdk(in, from, length, out);
        } else {
            library.digest(in, from, length, out);
        }
        return out;
    }

    private static void byJdk(byte[] in, int from, int length, byte[] out) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(in, from, length);
            sha256.digest(out, 0, out.length);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        } catch (DigestException e) {
            throw new IllegalStateException("32 bytes have room for a digest of 32", e);
        }
    }
}
