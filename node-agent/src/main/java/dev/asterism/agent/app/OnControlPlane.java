package dev.asterism.agent.app;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.node.ControlCommand;
import dev.asterism.overlay.node.Node;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Has something done on the control plane's thread and waits until it is done. Not from that thread. */
final class OnControlPlane {

    private static final long PATIENCE_SECONDS = 5;

    private OnControlPlane() {}

    /** False when the control plane had no room or no time for it. */
    static boolean run(Node node, Consumer<Tick> action) {
        CountDownLatch done = new CountDownLatch(1);
        ControlCommand call =
                new ControlCommand.Call(
                        now -> {
                            action.accept(now);
                            done.countDown();
                        });
        try {
            return node.commands().offer(call) && done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
