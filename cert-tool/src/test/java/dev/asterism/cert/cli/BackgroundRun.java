package dev.asterism.cert.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A call of the tool in a thread of its own, with the clock that the tool has when it begins. */
final class BackgroundRun implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long POLL_NANOS = 5_000_000;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final FutureTask<Integer> call;
    private final Thread thread;

    BackgroundRun(ToolRun tool, String... args) {
        CliEnvironment world = tool.world("", OutputStream.nullOutputStream(), err);
        call = new FutureTask<>(() -> new CertTool(world).run(args));
        thread = Thread.ofPlatform().daemon().name("tool").start(call);
    }

    String said() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** What the first group of the pattern is, once standard error has it. */
    String awaitSaid(Pattern pattern) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end && !call.isDone()) {
            Matcher found = pattern.matcher(said());
            if (found.find()) {
                return found.group(1);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        throw new AssertionError("never said " + pattern + ": " + said());
    }

    /** Once it has ended. */
    int exit() throws Exception {
        return call.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Ends it, if it waits, and waits until it has cleaned up. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
