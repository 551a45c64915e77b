package dev.asterism.agent.control;

import java.util.concurrent.Semaphore;

/**
 * How many clients may be connected: so many, and of these a few less for those who may not do
 * everything. Any thread.
 */
final class ConnectionSlots {

    private final int all;
    private final int others;
    private final Semaphore free;
    private final Semaphore freeForOthers;

    /**
     * @param keptForOwner of {@code all}, those that only {@link PeerAccess.Right#ALL} may take
     */
    ConnectionSlots(int all, int keptForOwner) {
        this.all = all;
        others = all - keptForOwner;
        free = new Semaphore(all);
        freeForOthers = new Semaphore(others);
    }

    /** How many there are for clients of this right. */
    int of(PeerAccess.Right right) {
        return right == PeerAccess.Right.ALL ? all : others;
    }

    /** False when none is free for this right. */
    boolean take(PeerAccess.Right right) {
        if (right != PeerAccess.Right.ALL && !freeForOthers.tryAcquire()) {
            return false;
        }
        if (free.tryAcquire()) {
            return true;
        }
        giveBackShare(right);
        return false;
    }

    void giveBack(PeerAccess.Right right) {
        free.release();
        giveBackShare(right);
    }

    private void giveBackShare(PeerAccess.Right right) {
        if (right != PeerAccess.Right.ALL) {
            freeForOthers.release();
        }
    }
}
