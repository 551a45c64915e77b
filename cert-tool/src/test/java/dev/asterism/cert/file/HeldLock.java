package dev.asterism.cert.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Another process that holds the lock of a file: within one process nobody can wait for it. */
public final class HeldLock implements AutoCloseable {

    private final Process process;

    /** Returns once the other process has it. */
    public HeldLock(Path file) throws IOException {
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx32m",
                                "-cp",
                                System.getProperty("java.class.path", ""),
                                HeldLock.class.getName(),
                                file.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        if (process.getInputStream().read() < 0) {
            throw new IOException("the process that was to hold " + file + " has ended");
        }
    }

    /** The other process: holds the lock until its standard input ends. */
    public static void main(String[] args) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(
                                Path.of(args[0]),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            System.out.println("held");
            System.out.flush();
            while (System.in.read() >= 0) {
                // Nothing comes.
            }
        }
    }

    /** Lets go of it. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().join();
    }
}
