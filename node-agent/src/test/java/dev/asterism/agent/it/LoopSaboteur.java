package dev.asterism.agent.it;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.internal.ThreadExecutorMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/**
 * Loaded into an agent that runs, as a debugger is, to do to it what nobody can do from outside: {@code kill} has an
 * event loop of its filter meet an error, {@code stall:FILE} keeps the loop busy for as long as the file is there,
 * {@code fill} takes all of the heap. The product knows nothing of it.
 */
public final class LoopSaboteur {

    private static final long LOOK_NANOS = 1_000_000;
    private static final int FILL_BYTES = 16 << 10;

    private LoopSaboteur() {}

    /** Called by the JVM that it is loaded into. */
    public static void agentmain(String what, Instrumentation unused) throws Exception {
        if (what.equals("fill")) {
            Thread.ofPlatform().daemon().start(LoopSaboteur::fill);
        } else if (what.equals("kill")) {
            loop().register(new Deadly()).get().submit(EpollIoOps.EPOLLOUT);
        } else {
            Path file = Path.of(what.substring("stall:".length()));
            loop().execute(() -> whileThereIs(file));
        }
    }

    private static void fill() {
        List<byte[]> kept = new ArrayList<>();
        while (kept.size() < Integer.MAX_VALUE) {
            kept.add(new byte[FILL_BYTES]);
        }
    }

    private static void whileThereIs(Path file) {
        while (Files.exists(file)) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** The first loop of the newest filter. */
    private static IoEventLoop loop() throws ReflectiveOperationException {
        FastThreadLocalThread thread =
                Thread.getAllStackTraces().keySet().stream()
                        .filter(one -> one.getName().matches("l7-\\d+-1"))
                        .filter(FastThreadLocalThread.class::isInstance)
                        .map(FastThreadLocalThread.class::cast)
                        .max(Comparator.comparingLong(Thread::threadId))
                        .orElseThrow();
        Field field = ThreadExecutorMap.class.getDeclaredField("mappings");
        field.setAccessible(true);
        @SuppressWarnings("unchecked")
        FastThreadLocal<EventExecutor> executors =
                (FastThreadLocal<EventExecutor>) Objects.requireNonNull(field.get(null));
        return (IoEventLoop) executors.get(thread.threadLocalMap());
    }

    /** Ready at once, and then an error. */
    private static final class Deadly implements EpollIoHandle {

        private final FileDescriptor event = Native.newEventFd();

        @Override
        public FileDescriptor fd() {
            return event;
        }

        @Override
        public void handle(IoRegistration registration, IoEvent ready) {
            throw new InternalError("by the test");
        }

        @Override
        public void close() {
            try {
                event.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
