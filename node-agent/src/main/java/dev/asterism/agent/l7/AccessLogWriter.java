package dev.asterism.agent.l7;

import dev.asterism.l7.telemetry.AccessLog;
import dev.asterism.l7.telemetry.StatWindow;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the access log to its file, on a thread of its own, and counts time for {@link StatWindow}. A disk that is
 * full or slow costs lines, which are counted, and holds nobody up.
 */
public final class AccessLogWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");
    private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos();
    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final AccessLog log;
    private final StatWindow window;
    private final Thread thread;
    private volatile @Nullable Path file;
    private volatile boolean reopens;
    private volatile boolean ends;

    /** Of the thread. */
    private @Nullable OutputStream out;

    private boolean hasFailed;

    /**
     * @param file null: none
     */
    AccessLogWriter(AccessLog log, StatWindow window, @Nullable Path file) {
        this.log = log;
        this.window = window;
        this.file = file;
        thread = Thread.ofPlatform().daemon().name("l7-access-log").start(this::run);
    }

    /**
     * Where an access log of this name stands; a relative one in the folder that the service
     * manager gives for logs.
     */
    public static @Nullable Path place(String name, @Nullable String logsDirectory) {
        if (name.isEmpty()) {
            return null;
        }
        Path path = Path.of(name);
        if (path.isAbsolute() || logsDirectory == null || logsDirectory.isEmpty()) {
            return path;
        }
        return Path.of(logsDirectory.split(":", 2)[0]).resolve(path);
    }

    /**
     * What may keep an access log from being written there, as this process sees it now; null: nothing does.
     *
     * @param place absolute
     */
    public static @Nullable String doubt(Path place) {
        if (Files.isDirectory(place)) {
            return place + " is a folder";
        }
        if (Files.exists(place)) {
            return Files.isWritable(place) ? null : place + " may not be written";
        }
        Path folder = place.getParent();
        if (folder != null && Files.isDirectory(folder)) {
            return Files.isWritable(folder) ? null : "nothing may be made in the folder " + folder;
        }
        return "the folder " + folder + " is not there (the agent makes it if it may)";
    }

    /** Opens the file anew, as after a rotation. */
    void reopen(@Nullable Path next) {
        file = next;
        reopens = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        long next = System.nanoTime() + SECOND_NANOS;
        while (true) {
            boolean last = ends;
            byte[] lines = log.take(Instant.now(), System.nanoTime());
            if (lines.length > 0) {
                write(lines);
                continue;
            }
            if (last) {
                shut();
                return;
            }
            if (System.nanoTime() - next >= 0) {
                next += SECOND_NANOS;
                window.tick(System.nanoTime());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void write(byte[] lines) {
        try {
            if (reopens) {
                reopens = false;
                shut();
            }
            OutputStream to = open();
            if (to != null) {
                to.write(lines);
                hasFailed = false;
            }
        } catch (IOException e) {
            int count = 0;
            for (byte b : lines) {
                count += b == '\n' ? 1 : 0;
            }
            log.lost(count);
            shut();
            if (!hasFailed) {
                hasFailed = true;
                LOG.atWarn()
                        .setMessage("L7 access log cannot be written")
                        .addKeyValue("file", file)
                        .addKeyValue("error", e.toString())
                        .log();
            }
        }
    }

    private @Nullable OutputStream open() throws IOException {
        Path path = file;
        if (out == null && path != null) {
            Path folder = path.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            boolean torn = endsWithinALine(path);
            out = Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            if (torn) {
                out.write('\n');
            }
        }
        return out;
    }

    /** As a disk leaves it that was full for a while. */
    private static boolean endsWithinALine(Path path) {
        try (SeekableByteChannel file = Files.newByteChannel(path)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return file.size() > 0
                    && file.position(file.size() - 1).read(last) == 1
                    && last.get(0) != '\n';
        } catch (IOException _) {
            return false; // none yet, or no file that can be read
        }
    }

    private void shut() {
        try {
            if (out != null) {
                out.close();
            }
        } catch (IOException e) {
            hasFailed = true;
        }
        out = null;
    }

    /** Writes what waits, for a bounded time. */
    @Override
    public void close() {
        ends = true;
        LockSupport.unpark(thread);
        try {
            boolean _ = thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
