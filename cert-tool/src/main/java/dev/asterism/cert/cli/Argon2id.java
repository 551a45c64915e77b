package dev.asterism.cert.cli;

import dev.asterism.overlay.cert.Argon2Settings;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id (RFC 9106), by BouncyCastle, which keeps the memory in the heap. The one class that
 * names BouncyCastle: it is loaded when an encrypted key is met, not before.
 */
final class Argon2id {

    private static final int LANE_MINIMUM_KIB = 8;

    /** A block of 1 KiB is an object, an array in it and a reference to it. */
    private static final int HEAP_BYTES_PER_KIB = 1072;

    private Argon2id() {}

    /** What {@link #derive} takes of the heap, in bytes. */
    static long heapBytes(Argon2Settings settings) {
        long atLeast = (long) LANE_MINIMUM_KIB * settings.parallelism();
        return Math.max(settings.memoryKib(), atLeast) * HEAP_BYTES_PER_KIB;
    }

    /** A key of 32 bytes; memory and iterations must be below 2^31. */
    static byte[] derive(byte[] passphrase, Argon2Settings settings) {
        Argon2Parameters parameters =
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                        .withMemoryAsKB(Math.toIntExact(settings.memoryKib()))
                        .withIterations(Math.toIntExact(settings.iterations()))
                        .withParallelism(settings.parallelism())
                        .withSalt(settings.salt().toArray())
                        .build();
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(parameters);
        byte[] key = new byte[Argon2Settings.KEY_BYTES];
        generator.generateBytes(passphrase, key);
        return key;
    }
}
