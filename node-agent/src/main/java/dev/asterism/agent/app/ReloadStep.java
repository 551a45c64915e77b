package dev.asterism.agent.app;

import dev.asterism.overlay.config.OverlayConfig;

/**
 * A part of this machine outside of the node that follows the configuration: routes, MTU, socket
 * options. Called by {@link Reloader} before the node takes the new configuration, as only this can
 * fail. Main thread.
 */
@FunctionalInterface
interface ReloadStep {

    /** What becomes of one {@link ReloadStep#apply}; one of the two is called, once. Must not throw. */
    @FunctionalInterface
    interface Undo {

        /** Undoes it: a later step failed. */
        void run();

        /** The node has the new configuration: what only the old one needed may go. */
        default void complete() {}
    }

    /**
     * Brings the machine from one configuration to the other; does nothing where they agree.
     *
     * @param running what is in force
     * @param next what is to be in force; keys that are read at the start only are as in {@code running}
     * @return how to go back, should a later step fail
     * @throws dev.asterism.tun.libc.NativeIoException when it cannot be done; then all is as before
     */
    Undo apply(OverlayConfig running, OverlayConfig next);
}
