package dev.asterism.cert.cli;

import dev.asterism.overlay.cert.Argon2Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Makes the key of an encrypted CA key out of its passphrase. Argon2 takes as much memory and time
 * as a file says, so both are bounded before any is spent. What does not fit the small heap
 * of this program goes to {@link DerivationProcess}.
 */
final class KeyDerivation {

    private static final long MIB = 1L << 20;

    /** 16 GiB; the default is 2. */
    static final long MOST_KIB = 1L << 24;

    /** 64 times the default, some minutes. */
    static final long MOST_WORK_KIB = 1L << 27;

    /** What this program's own JVM, which compiles for a fast start, may spend. */
    private static final long WORK_HERE_KIB = 1L << 16;

    private static final Path MEMORY = Path.of("/proc/meminfo");

    private final String prefix;
    private final long heapBytesHere;
    private final LongSupplier freeBytes;

    /**
     * @param prefix of every message
     * @param heapBytesHere what may be spent in this process
     * @param freeBytes free memory of the machine
     */
    KeyDerivation(String prefix, long heapBytesHere, LongSupplier freeBytes) {
        this.prefix = prefix;
        this.heapBytesHere = heapBytesHere;
        this.freeBytes = freeBytes;
    }

    static KeyDerivation onThisMachine(String prefix) {
        return new KeyDerivation(
                prefix, Runtime.getRuntime().maxMemory() / 4, KeyDerivation::freeBytes);
    }

    /**
     * Refuses what would take too much memory or time on any machine. Called before anybody types a
     * passphrase.
     */
    void refuseAbsurd(long memoryKib, long iterations) throws ToolException {
        if (memoryKib > MOST_KIB) {
            throw failure(
                    "Argon2 would need %d KiB of memory, and this program allows at most %d KiB"
                            .formatted(memoryKib, MOST_KIB));
        }
        if (iterations > MOST_WORK_KIB || iterations * memoryKib > MOST_WORK_KIB) {
            throw failure(
                    ("Argon2 would need %d iterations over %d KiB of memory, and this program allows at most %d"
                                    + " iterations over that much")
                            .formatted(iterations, memoryKib, MOST_WORK_KIB / memoryKib));
        }
    }

    /**
     * @param passphrase borrowed
     * @return 32 bytes, for the caller to wipe
     */
    byte[] derive(byte[] passphrase, Argon2Settings settings) throws ToolException {
        refuseAbsurd(settings.memoryKib(), settings.iterations());
        long heap = Argon2id.heapBytes(settings);
        boolean fitsHere =
                heap <= heapBytesHere
                        && settings.memoryKib() * settings.iterations() <= WORK_HERE_KIB;
        if (fitsHere) {
            return Argon2id.derive(passphrase, settings);
        }
        long free = freeBytes.getAsLong();
        if (DerivationProcess.memoryBytes(heap) > free) {
            throw failure(
                    "Argon2 with %d KiB of memory needs %d MiB, and only %d MiB are free"
                            .formatted(
                                    settings.memoryKib(),
                                    DerivationProcess.memoryBytes(heap) / MIB,
                                    free / MIB));
        }
        try {
            return DerivationProcess.derive(passphrase, settings, heap);
        } catch (IOException e) {
            throw failure(
                    "Argon2 with %d KiB of memory failed: %s"
                            .formatted(settings.memoryKib(), e.getMessage()));
        }
    }

    private ToolException failure(String message) {
        return new ToolException(
                prefix
                        + message
                        + "; to encrypt a key with less, use for example -argon-memory 65536 -argon-iterations 3");
    }

    /** Memory and swap that the kernel calls available; no limit where it does not say. */
    private static long freeBytes() {
        try {
            return freeBytes(Files.readAllLines(MEMORY));
        } catch (IOException _) {
            return Long.MAX_VALUE;
        }
    }

    static long freeBytes(List<String> lines) {
        long kib = -1;
        for (String line : lines) {
            if (line.startsWith("MemAvailable:") || line.startsWith("SwapFree:")) {
                String number = line.replaceAll("\\D", "");
                kib = Math.max(kib, 0) + Long.parseLong("0" + number);
            }
        }
        return kib < 0 ? Long.MAX_VALUE : kib * 1024;
    }
}
