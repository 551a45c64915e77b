package dev.asterism.cert.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Keeps other processes out until it is closed or its process ends. The file stays. For processes, not threads: the
 * same process may hold it once.
 */
public final class ProcessLock implements Closeable {

    private final FileChannel channel;

    private ProcessLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock, and waits for it if need be.
     *
     * @param whenWaiting runs before the wait, if there is one
     */
    public static ProcessLock take(Path file, Runnable whenWaiting) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        boolean isTaken = false;
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                whenWaiting.run();
                channel.lock();
            }
            isTaken = true;
            return new ProcessLock(channel);
        } finally {
            if (!isTaken) {
                channel.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
