package dev.asterism.lighthouse.staticmap;

import dev.asterism.overlay.io.Tick;

/** Looks names up elsewhere. */
@FunctionalInterface
public interface NameResolver {

    /** Hears of an answer on the control plane's thread. */
    @FunctionalInterface
    interface Listener {
        void resolved(NameQuery query, NameAnswer answer, Tick now);
    }

    /** Must return at once; calls the listener once, later, or never when the answer is lost. */
    void resolve(NameQuery query, Listener listener);
}
