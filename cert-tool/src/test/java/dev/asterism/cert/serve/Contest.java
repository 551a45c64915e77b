package dev.asterism.cert.serve;

import dev.asterism.overlay.enrol.EnrolToken;
import dev.asterism.overlay.io.RandomSource;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Many hosts that ask at the same time. */
final class Contest {

    private static final long POLL_NANOS = 10_000_000;

    private final AtomicInteger attempts = new AtomicInteger();
    private final List<Contender> contenders = new ArrayList<>();

    /** One host for each of the tokens, which may be one token many times. */
    Contest(List<EnrolToken> tokens, RandomSource random) throws Exception {
        for (EnrolToken token : tokens) {
            contenders.add(new Contender(token, random));
        }
    }

    Contender contender(int number) {
        return contenders.get(number);
    }

    /** Something that happens while they ask. */
    interface Disturbance {
        void happen() throws Exception;
    }

    /**
     * What each got, in their order.
     *
     * @param after so many attempts the disturbance happens
     */
    List<String> run(List<InetSocketAddress> servers, int after, Disturbance disturbance)
            throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> results = new ArrayList<>();
            for (int i = 0; i < contenders.size(); i++) {
                Contender contender = contenders.get(i);
                int first = i;
                Callable<String> asking = () -> contender.ask(servers, first, attempts);
                results.add(threads.submit(asking));
            }
            while (attempts.get() < after) {
                LockSupport.parkNanos(POLL_NANOS);
            }
            disturbance.happen();
            List<String> got = new ArrayList<>();
            for (Future<String> result : results) {
                got.add(result.get());
            }
            return got;
        }
    }
}
