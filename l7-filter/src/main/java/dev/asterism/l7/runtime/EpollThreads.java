package dev.asterism.l7.runtime;

import dev.asterism.l7.transport.EpollLoop;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Those of a runtime. */
record EpollThreads(List<EpollLoop> loops) implements LoopThreads {

    @Override
    public int count() {
        return loops.size();
    }

    @Override
    public boolean hasEnded(int loop) {
        return loops.get(loop).hasEnded();
    }

    @Override
    public @Nullable Throwable end(int loop) {
        return loops.get(loop).end();
    }

    @Override
    public List<StackTraceElement> whereabouts(int loop) {
        return loops.get(loop).whereabouts();
    }
}
