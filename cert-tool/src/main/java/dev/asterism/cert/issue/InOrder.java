package dev.asterism.cert.issue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The same work for many at once, results in the order of the inputs. Threads wait for disks as often as they compute,
 * so there are more of them than processors.
 */
public final class InOrder implements AutoCloseable {

    private static final int THREADS = 16;

    private final ExecutorService threads =
            Executors.newFixedThreadPool(
                    THREADS, work -> Thread.ofPlatform().name("issue").daemon().unstarted(work));

    /** Work that may fail. */
    @FunctionalInterface
    public interface Work<T, R> {
        R on(T input) throws Exception;
    }

    /** All results; the first failure in the order of the inputs, once all work has ended. */
    public <T, R> List<R> map(List<T> inputs, Work<T, R> work)
            throws ExecutionException, InterruptedException {
        List<Future<R>> futures = new ArrayList<>();
        for (T input : inputs) {
            futures.add(threads.submit(() -> work.on(input)));
        }
        List<R> results = new ArrayList<>();
        ExecutionException first = null;
        for (Future<R> future : futures) {
            try {
                results.add(future.get());
            } catch (ExecutionException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
        return results;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
