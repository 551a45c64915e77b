package dev.asterism.agent.it;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Several threads of one host that do the same until they are through, or until told to stop. */
final class CallerThreads<T> {

    private final List<FutureTask<T>> tasks = new ArrayList<>();

    /** What one thread does; on a thread inside the host. */
    interface Work<T> {
        T run(int thread) throws Exception;
    }

    private CallerThreads() {}

    static <T> CallerThreads<T> start(Host host, int threads, Work<T> work) {
        CallerThreads<T> all = new CallerThreads<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            FutureTask<T> task = new FutureTask<>(() -> host.inside(() -> work.run(number)));
            Thread.ofPlatform().daemon().start(task);
            all.tasks.add(task);
        }
        return all;
    }

    /** Waits for all of them. */
    List<T> results() {
        return tasks.stream().map(CallerThreads::get).toList();
    }

    static <T> T get(FutureTask<T> task) {
        try {
            return task.get();
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
