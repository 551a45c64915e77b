package dev.asterism.tun.poll;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sleeps until one of a few descriptors is readable, somebody calls {@link #wake}, or a time has come.
 *
 * <p>ppoll and not epoll: a loop has two or three descriptors, and ppoll takes nanoseconds on every
 * kernel. Belongs to one thread but for {@link #wake}; a wake that comes while nobody sleeps is
 * kept for the next {@link #await}.
 *
 * <p>pollfd is 8 bytes: fd s32, events s16 at 4, result s16 at 6. timespec: seconds s64, nanoseconds s64.
 */
public final class Poller implements AutoCloseable {

    private static final int MAX_DESCRIPTORS = 16;
    private static final int POLLFD_BYTES = 8;
    private static final int POLLIN = 1;
    private static final int EFD_NONBLOCK_CLOEXEC = 0x800 | 0x80000;

    private static final int AWAKE = 0;
    private static final int ASLEEP = 1;
    private static final int WOKEN = 2;

    private final Libc libc;
    private final Arena arena = Arena.ofShared();
    private final Errno errno = new Errno();
    private final Errno wakerErrno = new Errno();
    private final MemorySegment descriptors;
    private final MemorySegment timeout;
    private final MemorySegment token;
    private final MemorySegment drained;
    private final AtomicInteger state = new AtomicInteger(AWAKE);
    private final int wakeFd;
    private int count;
    private boolean closed;

    public Poller(Libc libc) {
        this.libc = libc;
        wakeFd = libc.check("eventfd", errno, libc.eventfd(errno, 0, EFD_NONBLOCK_CLOEXEC));
        descriptors = arena.allocate(MAX_DESCRIPTORS * POLLFD_BYTES, 8);
        timeout = arena.allocate(16, 8);
        token = arena.allocate(8, 8);
        drained = arena.allocate(8, 8);
        token.set(JAVA_LONG, 0, 1);
        add(wakeFd);
    }

    /** Watches a descriptor, which stays the caller's and must outlive the last {@link #await}. */
    public void add(int fd) {
        if (count == MAX_DESCRIPTORS) {
            throw new IllegalStateException("a loop watches at most 15 descriptors");
        }
        descriptors.set(JAVA_INT, (long) count * POLLFD_BYTES, fd);
        descriptors.set(JAVA_SHORT, (long) count * POLLFD_BYTES + 4, (short) POLLIN);
        count++;
    }

    /**
     * The owner is about to look at everything that a wake can be about, queues and flags alike, so that those until
     * now need not end its next sleep: what they were about is there to be seen.
     */
    public void forgetWakes() {
        if (state.get() == WOKEN) {
            state.set(AWAKE);
        }
    }

    /**
     * Returns when there may be something to do.
     *
     * @param deadlineNanos on the scale of {@link System#nanoTime}; {@link Long#MAX_VALUE} for never
     */
    public void await(long deadlineNanos) {
        if (!state.compareAndSet(AWAKE, ASLEEP)) {
            state.set(AWAKE);
            return;
        }
        int ready = libc.ppoll(errno, descriptors.address(), count, timespec(deadlineNanos));
        boolean woken = state.getAndSet(AWAKE) == WOKEN;
        if (ready < 0 && errno.value() != Errno.EINTR) {
            throw libc.failure("ppoll", errno.value());
        }
        // A waker that saw ASLEEP may write after this drain: the leftover costs one early return.
        if (woken || ready > 0 && descriptors.get(JAVA_SHORT, 6) != 0) {
            libc.read(errno, wakeFd, drained.address(), 8);
        }
    }

    private long timespec(long deadlineNanos) {
        if (deadlineNanos == Long.MAX_VALUE) {
            return 0;
        }
        long nanos = Math.max(0, deadlineNanos - System.nanoTime());
        timeout.set(JAVA_LONG, 0, nanos / 1_000_000_000L);
        timeout.set(JAVA_LONG, 8, nanos % 1_000_000_000L);
        return timeout.address();
    }

    /** Whether the last {@link #await} found something to read there. The descriptor was added before. */
    public boolean isReadable(int fd) {
        for (int i = 0; i < count; i++) {
            long at = (long) i * POLLFD_BYTES;
            if (descriptors.get(JAVA_INT, at) == fd) {
                return descriptors.get(JAVA_SHORT, at + 6) != 0;
            }
        }
        throw new IllegalArgumentException("not watched: " + fd);
    }

    /** Any thread, at any time. One system call when the owner sleeps, none when it does not. */
    public void wake() {
        if (state.getAndSet(WOKEN) == ASLEEP) {
            synchronized (token) {
                if (!closed) {
                    // No look at the result: a full eventfd is readable as well.
                    libc.write(wakerErrno, wakeFd, token.address(), 8);
                }
            }
        }
    }

    @Override
    public void close() {
        // A waker between its two steps must not write to a number that is somebody else's by then.
        synchronized (token) {
            if (!closed) {
                closed = true;
                libc.close(errno, wakeFd);
                arena.close();
            }
        }
    }
}
