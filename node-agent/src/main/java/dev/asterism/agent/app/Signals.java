package dev.asterism.agent.app;

import dev.asterism.tun.libc.SignalActions;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * POSIX signals; the JDK has no other way to hear of SIGHUP. Works whatever the parent did: HUP and
 * TERM are handled also where they were ignored (nohup, our own launcher) or blocked at exec. INT
 * stays ignored where it was, as shells do that for what they run in the background. USR1 and USR2
 * do nothing: their default would end the process. (USR2 is the JVM's own, which passes over those
 * of others.)
 */
final class Signals {

    private Signals() {}

    /**
     * @param reload on HUP
     * @param stop on TERM and INT; both run on a thread of the JVM's and should return soon
     */
    static void handle(Runnable reload, Runnable stop) {
        Signal unused = new Signal("USR1");
        Signal hup = new Signal("HUP");
        Signal term = new Signal("TERM");
        Signal.handle(unused, _ -> {});
        boolean hupIgnored = isIgnored(hup, reload);
        boolean termIgnored = isIgnored(term, stop);
        boolean _ = isIgnored(new Signal("INT"), stop);
        // The JVM leaves alone what was ignored when it started, but its table names our handlers
        // by now. Its C function is the same for all signals.
        if (hupIgnored) {
            SignalActions.copy(unused.getNumber(), hup.getNumber());
        }
        if (termIgnored) {
            SignalActions.copy(unused.getNumber(), term.getNumber());
        }
        if (hupIgnored || termIgnored) {
            SignalActions.unblock(hup.getNumber(), term.getNumber());
        }
    }

    private static boolean isIgnored(Signal signal, Runnable action) {
        return Signal.handle(signal, _ -> action.run()).equals(SignalHandler.SIG_IGN);
    }
}
