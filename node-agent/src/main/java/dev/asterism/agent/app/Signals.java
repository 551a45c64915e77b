package dev.asterism.agent.app;

import sun.misc.Signal;

/** POSIX signals; the JDK has no other way to hear of SIGHUP. */
final class Signals {

    private Signals() {}

    /**
     * @param action runs on a thread of the JVM's, should return soon
     */
    static void on(String name, Runnable action) {
        Signal.handle(new Signal(name), _ -> action.run());
    }
}
