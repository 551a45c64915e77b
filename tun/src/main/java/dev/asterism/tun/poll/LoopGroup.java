package dev.asterism.tun.poll;

import java.util.ArrayList;
import java.util.List;

/**
 * Loops that share descriptors, ended in the only safe order: all told to stop, all joined, then what they used is
 * closed, in reverse order of {@link #own}. A descriptor is never closed while a thread may be in a call
 * on it: the call would not end, and the number could be given to another file.
 *
 * <p>Belongs to the agent's main thread.
 */
public final class LoopGroup implements AutoCloseable {

    private final List<EventLoop> loops = new ArrayList<>();
    private final List<AutoCloseable> owned = new ArrayList<>();

    public void add(EventLoop loop) {
        loops.add(loop);
    }

    /** Takes over a resource that the loops use: name sockets before their ports. */
    public void own(AutoCloseable resource) {
        owned.add(resource);
    }

    public void start() {
        for (EventLoop loop : loops) {
            loop.start();
        }
    }

    /** Ends everything, even when closing one of the resources fails; the first failure is thrown at the end. */
    @Override
    public void close() {
        for (EventLoop loop : loops) {
            loop.stop();
        }
        for (EventLoop loop : loops) {
            loop.close();
        }
        loops.clear();
        IllegalStateException failure = null;
        for (AutoCloseable resource : owned.reversed()) {
            try {
                resource.close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = new IllegalStateException("closing " + resource, e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        owned.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
