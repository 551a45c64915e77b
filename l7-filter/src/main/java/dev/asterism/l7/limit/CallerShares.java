package dev.asterism.l7.limit;

import dev.asterism.l7.identity.Caller;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How the callers of a service share the places that {@link MaxPolicy} gives it: a caller alone may hold seven eighths
 * of them, and while others wait, as many as all of them divided by the callers that hold some or wait. So a caller
 * that comes later finds a place, and one with requests that last does not keep the others out. A caller is the name in
 * its certificate; those without one are one caller. Over all loops. Safe on any thread, without a lock; allocates when
 * a caller is seen first.
 */
public final class CallerShares {

    /** Of so many places one is kept for other callers. With fewer places a caller may hold them all. */
    private static final int ONE_OF = 8;

    /** Of so many places one is for callers that hold few. With fewer places there is none. */
    private static final int ONE_FOR_FEW_OF = 32;

    /** Of those, so many are to be left for others for each place that the caller holds already. */
    private static final int LEFT_FOR_EACH = 4;

    /** With more callers those are forgotten that have nothing under way, and the rest are one. */
    private final CallerTable<Share> callers;

    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong turns = new AtomicLong();
    private final Share rest = new Share();

    public CallerShares(long nowNanos) {
        callers = new CallerTable<>(nowNanos);
    }

    /** What one caller has. */
    public final class Share {

        private final AtomicInteger held = new AtomicInteger();
        private final AtomicInteger waits = new AtomicInteger();
        private final AtomicInteger under = new AtomicInteger();
        private volatile long turn;
        private volatile boolean forgotten;

        private Share() {}

        /** Takes one of so many places; false: it has its share of them. */
        public boolean tryHold(int places) {
            enter();
            int most = othersWait() ? fair(places) : alone(places);
            if (held.incrementAndGet() <= most) {
                return true;
            }
            release();
            return false;
        }

        public void release() {
            held.decrementAndGet();
            exit();
        }

        /**
         * How many of so many places may be in use when this caller takes one, which it counts as held already: all
         * when it is its first, and fewer the more it holds, down to all but those that {@link #forFew} keeps. So
         * several callers that take all they can leave the last ones to callers that hold none.
         */
        public int within(int places) {
            int others = Math.max(0, held.get() - 1);
            return places - (int) Math.min(forFew(places), (long) LEFT_FOR_EACH * others);
        }

        /** Takes one of so many places in the queue; false: it has its share of them. */
        public boolean tryWait(int places) {
            enter();
            waiting.incrementAndGet();
            if (waits.incrementAndGet() <= alone(places)) {
                return true;
            }
            waitsNoMore();
            return false;
        }

        public void waitsNoMore() {
            waits.decrementAndGet();
            waiting.decrementAndGet();
            exit();
        }

        /** What it took is in use. */
        public void served() {
            turn = turns.incrementAndGet();
        }

        /** Grows with each place that any caller got: whoever has the lowest has waited longest for one. */
        public long turn() {
            return turn;
        }

        /** Whether it has more than its even share of so many places, while others wait for one. */
        public boolean holdsOverFair(int places) {
            return othersWait() && held.get() > fair(places);
        }

        /** Its even share of so many places in the queue, if it waits too; 0: it has that already. */
        public int sharesQueue(int places) {
            int callersNow = active.get() + (under.get() == 0 ? 1 : 0);
            int fair = fair(places, callersNow);
            return waits.get() < fair ? fair : 0;
        }

        /** So many of its requests wait. */
        public int waits() {
            return waits.get();
        }

        /** Whether requests of other callers wait for a place. */
        public boolean othersWait() {
            return waiting.get() > waits.get();
        }

        private void enter() {
            if (under.getAndIncrement() == 0) {
                active.incrementAndGet();
            }
        }

        private void exit() {
            if (under.decrementAndGet() == 0) {
                active.decrementAndGet();
            }
        }

        /**
         * The table was full and this share had nothing, so it was removed: ask {@link #of} again. What is taken on it
         * at that very moment is not counted with the caller's new share.
         */
        public boolean isForgotten() {
            return forgotten;
        }

        private boolean forget() {
            forgotten = true;
            if (under.get() > 0) {
                forgotten = false;
            }
            return forgotten;
        }
    }

    /** What this caller has. Good until the caller has nothing under way; then {@link Share#isForgotten} may hold. */
    public Share of(Caller caller, long nowNanos) {
        Share known = callers.get(caller.name());
        if (known != null) {
            return known;
        }
        return callers.hasRoom(nowNanos, Share::forget)
                ? callers.change(caller.name(), share -> share == null ? new Share() : share)
                : rest;
    }

    /** How many places only callers that hold few may take, so that a new caller finds one at once. */
    public static int forFew(int places) {
        return places / ONE_FOR_FEW_OF;
    }

    /** How many places this caller holds at the moment. */
    public int held(Caller caller) {
        Share known = callers.get(caller.name());
        return known == null ? 0 : known.held.get();
    }

    /** How many it remembers. */
    int callers() {
        return callers.size();
    }

    /** One at least: where there is no place at all, that is not the caller's doing. */
    private static int alone(int places) {
        return Math.max(1, places - places / ONE_OF);
    }

    private int fair(int places) {
        return fair(places, Math.max(1, active.get()));
    }

    private static int fair(int places, int callersNow) {
        return Math.max(1, Math.min(alone(places), (places + callersNow - 1) / callersNow));
    }
}
