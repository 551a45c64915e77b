package dev.asterism.l7.runtime;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The threads of a filter's loops, numbered from 0, for whoever watches them. Any thread. */
public interface LoopThreads {

    int count();

    /** It is no more, or about to end, with all that it had. */
    boolean hasEnded(int loop);

    /** What has ended it; null: it has not ended yet, or in order. */
    @Nullable Throwable end(int loop);

    /** Where it is, the innermost call first; empty when it has ended. */
    List<StackTraceElement> whereabouts(int loop);
}
