package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;

/**
 * How a passphrase becomes a key: Argon2id of version 0x13 (RFC 9106), as the file of an encrypted key states it (spec
 * certificates.md 5.1). Values are those of the file: a caller bounds them before it spends work on them.
 *
 * @param memoryKib 1 to 2^32 - 1
 * @param iterations 1 to 2^32 - 1
 * @param parallelism lanes, 1 to 255
 * @param salt 16 to 1,024 bytes
 */
public record Argon2Settings(long memoryKib, long iterations, int parallelism, Bytes salt) {

    /** Bytes of the derived key. */
    public static final int KEY_BYTES = 32;

    /** Bytes of the salt of a new key. */
    public static final int SALT_BYTES = 32;

    static final int VERSION = 0x13;
    static final int MIN_SALT_BYTES = 16;
    static final int MAX_SALT_BYTES = 1024;
    static final long MAX_U32 = 0xFFFF_FFFFL;
    static final int MAX_PARALLELISM = 255;

    public Argon2Settings {
        if (memoryKib < 1
                || memoryKib > MAX_U32
                || iterations < 1
                || iterations > MAX_U32
                || parallelism < 1
                || parallelism > MAX_PARALLELISM
                || salt.length() < MIN_SALT_BYTES
                || salt.length() > MAX_SALT_BYTES) {
            throw new IllegalArgumentException("settings that Argon2 does not allow");
        }
    }
}
