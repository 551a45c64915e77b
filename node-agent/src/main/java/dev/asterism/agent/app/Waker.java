package dev.asterism.agent.app;

import dev.asterism.tun.poll.EventLoop;
import org.jspecify.annotations.Nullable;

/** Wakes a loop that is made after those who wake it; before that there is nothing to wake. Any thread. */
final class Waker implements Runnable {

    private volatile @Nullable EventLoop loop;

    void wakes(EventLoop made) {
        loop = made;
    }

    @Override
    public void run() {
        EventLoop made = loop;
        if (made != null) {
            made.wake();
        }
    }
}
