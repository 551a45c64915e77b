package dev.asterism.cert.cli;

import dev.asterism.overlay.cert.Argon2Settings;
import dev.asterism.overlay.io.Bytes;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Argon2 in a JVM of its own that has the heap for it: the heap of a JVM is fixed when it starts, and the one of
 * asterism-cert is small, as most calls sign in a tenth of a second. Passphrase and key go through pipes.
 */
final class DerivationProcess {

    private static final long MIB = 1L << 20;
    private static final long YOUNG_MIB = 16;
    private static final long BESIDE_BLOCKS_MIB = 32;

    /** What the JVM takes beside its heap. */
    private static final long BESIDE_HEAP_MIB = 64;

    private DerivationProcess() {}

    /** What the whole process takes for so many bytes of blocks. */
    static long memoryBytes(long blockBytes) {
        return (heapMib(blockBytes) + BESIDE_HEAP_MIB) * MIB;
    }

    private static long heapMib(long blockBytes) {
        return blockBytes / MIB + 1 + YOUNG_MIB + BESIDE_BLOCKS_MIB;
    }

    /**
     * @param blockBytes what the blocks of Argon2 take of the heap
     */
    static byte[] derive(byte[] passphrase, Argon2Settings settings, long blockBytes)
            throws IOException {
        Process process = start(heapMib(blockBytes));
        try {
            byte[] key;
            try (OutputStream out = process.getOutputStream()) {
                send(out, passphrase, settings);
            } catch (IOException _) {
                // It ended before it read: its exit status says more than a broken pipe.
            }
            key = process.getInputStream().readNBytes(Argon2Settings.KEY_BYTES);
            int exit = process.waitFor();
            if (exit != 0 || key.length != Argon2Settings.KEY_BYTES) {
                throw new IOException(
                        "its process ended with status "
                                + exit
                                + ", most likely because memory ran out");
            }
            return key;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process start(long heapMib) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:-UsePerfData",
                        "-Xlog:disable",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=/dev/null",
                        "-Xms" + heapMib + "m",
                        "-Xmx" + heapMib + "m",
                        "-Xmn" + YOUNG_MIB + "m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DerivationProcess.class.getName());
        builder.environment().remove(TerminalPassphrase.VARIABLE);
        return builder.redirectError(Redirect.DISCARD).start();
    }

    private static void send(OutputStream out, byte[] passphrase, Argon2Settings settings)
            throws IOException {
        WipedBuffer message = new WipedBuffer();
        DataOutputStream data = new DataOutputStream(message);
        data.writeLong(settings.memoryKib());
        data.writeLong(settings.iterations());
        data.writeInt(settings.parallelism());
        data.writeInt(settings.salt().length());
        data.write(settings.salt().toArray());
        data.writeInt(passphrase.length);
        data.write(passphrase);
        data.flush();
        try {
            message.writeTo(out);
            out.flush();
        } finally {
            message.wipe();
        }
    }

    private static final class WipedBuffer extends ByteArrayOutputStream {

        void wipe() {
            Arrays.fill(buf, (byte) 0);
        }
    }

    /** Reads settings and passphrase from stdin, writes the key to stdout. */
    public static void main(String[] args) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        long memoryKib = in.readLong();
        long iterations = in.readLong();
        int parallelism = in.readInt();
        Bytes salt = Bytes.owning(in.readNBytes(in.readInt()));
        byte[] passphrase = in.readNBytes(in.readInt());
        Argon2Settings settings = new Argon2Settings(memoryKib, iterations, parallelism, salt);
        byte[] key = Argon2id.derive(passphrase, settings);
        Arrays.fill(passphrase, (byte) 0);
        System.out.write(key, 0, key.length);
        System.out.flush();
    }
}
