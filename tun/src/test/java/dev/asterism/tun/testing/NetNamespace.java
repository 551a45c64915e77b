package dev.asterism.tun.testing;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Assumptions;

/**
 * Runs a test body on a thread that has a network namespace of its own. Threads and processes that the body starts
 * are born into it; it vanishes with the last of them, so there is nothing to clean up.
 */
public final class NetNamespace {

    private static final int CLONE_NEWNET = 0x4000_0000;

    private NetNamespace() {}

    /** A test body. */
    @FunctionalInterface
    public interface Body {
        void run() throws Exception;
    }

    /** Runs {@code body} with nothing but a loopback link, which is up. Skips, aloud, without the right to. */
    public static void run(Body body) throws Exception {
        FutureTask<Boolean> task =
                new FutureTask<>(
                        () -> {
                            if (!unshare()) {
                                return false;
                            }
                            ip("link set lo up");
                            body.run();
                            return true;
                        });
        Thread thread = Thread.ofPlatform().name("namespace").start(task);
        try {
            boolean ran = task.get();
            if (!ran) {
                System.err.println("SKIPPED: a network namespace needs root (CAP_SYS_ADMIN)");
            }
            Assumptions.assumeTrue(ran, "a network namespace needs root (CAP_SYS_ADMIN)");
        } catch (ExecutionException e) {
            throw new AssertionError("in the namespace: " + e.getCause(), e.getCause());
        } finally {
            thread.join();
        }
    }

    private static boolean unshare() {
        Linker linker = Linker.nativeLinker();
        try {
            int result =
                    (int)
                            linker.downcallHandle(
                                            linker.defaultLookup().findOrThrow("unshare"),
                                            FunctionDescriptor.of(JAVA_INT, JAVA_INT))
                                    .invokeExact(CLONE_NEWNET);
            return result == 0;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    /** Runs iproute2's {@code ip} in the calling thread's namespace; returns what it prints. */
    public static String ip(String arguments) {
        List<String> command = new ArrayList<>();
        command.add("ip");
        command.addAll(List.of(arguments.split(" ")));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            // Closed here and not by the JDK's reaper at some later time: tests count descriptors.
            process.getOutputStream().close();
            process.getErrorStream().close();
            byte[] printed;
            try (var stdout = process.getInputStream()) {
                printed = stdout.readAllBytes();
            }
            String output = new String(printed, StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException("ip " + arguments + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
