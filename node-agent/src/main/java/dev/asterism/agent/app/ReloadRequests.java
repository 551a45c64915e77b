package dev.asterism.agent.app;

import dev.asterism.agent.control.ControlFailure;
import dev.asterism.agent.control.ControlPeer;
import dev.asterism.agent.service.ReloadReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Those who wait for the main thread to reload; one reload answers all that asked before it began. */
final class ReloadRequests {

    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final List<Waiting> waiting = new ArrayList<>();

    /** Somebody who asked. */
    record Waiting(ControlPeer who, CompletableFuture<ReloadReport> answer) {}

    /** Any thread but the main one: asks for a reload and waits until it is done. */
    ReloadReport await(ControlPeer who, Runnable ask) {
        CompletableFuture<ReloadReport> report = new CompletableFuture<>();
        synchronized (waiting) {
            waiting.add(new Waiting(who, report));
        }
        ask.run();
        try {
            return report.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new ControlFailure(
                    ControlFailure.Code.TIMEOUT,
                    "the reload goes on; the log will say what it did");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ControlFailure(ControlFailure.Code.TIMEOUT, "the agent stops");
        }
    }

    /** Main thread: those who have asked until now. */
    List<Waiting> take() {
        synchronized (waiting) {
            List<Waiting> taken = List.copyOf(waiting);
            waiting.clear();
            return taken;
        }
    }
}
