package dev.asterism.l7.health;

import dev.asterism.l7.io.Batch;
import dev.asterism.l7.io.Timer;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Asks one application now and again whether it is well, and tells when that changes. Belongs to one loop's thread. */
public final class HealthCheck {

    /** Is told on the loop's thread. */
    @FunctionalInterface
    public interface Listener {

        /**
         * @param why of the answer that decided; empty: a good one
         */
        void health(String service, boolean well, String why);
    }

    /** Asks one question. */
    interface Prober {

        /** Begins; the answer comes by {@link Probe#answered}. */
        void begin(Probe probe);
    }

    /** What a question needs, and where its answer goes. */
    interface Probe {

        HealthPolicy policy();

        SocketAddress application();

        /** How it can be given up. */
        void cancelBy(Runnable end);

        /**
         * @param fault empty: it is well
         */
        void answered(String fault);
    }

    private final String service;
    private final HealthPolicy policy;
    private final SocketAddress application;
    private final Batch batch;
    private final Prober prober;
    private final Listener listener;
    private final HealthState state;
    private final Timer next = new Next();
    private final Timer timeout = new Late();
    private @Nullable Question open;
    private boolean closed;

    HealthCheck(
            String service,
            HealthPolicy policy,
            SocketAddress application,
            Batch batch,
            Prober prober,
            Listener listener) {
        this.service = service;
        this.policy = policy;
        this.application = application;
        this.batch = batch;
        this.prober = prober;
        this.listener = listener;
        state = new HealthState(policy.fall(), policy.rise());
    }

    /** Whether it asks the same application the same. */
    boolean isFor(HealthPolicy other, SocketAddress at) {
        return policy.isSameAs(other) && application.equals(at);
    }

    /** Asks now, and again and again until it is closed. */
    void start() {
        Question question = new Question();
        open = question;
        batch.after(timeout, policy.timeout().toNanos());
        batch.after(next, policy.every().toNanos());
        prober.begin(question);
    }

    void close() {
        closed = true;
        batch.timers().cancel(next);
        giveUp();
    }

    private void giveUp() {
        Question question = open;
        open = null;
        batch.timers().cancel(timeout);
        if (question != null && question.end != null) {
            question.end.run();
        }
    }

    private void late() {
        if (open != null) {
            giveUp();
            result("no answer within " + policy.timeout().toMillis() + " ms");
        }
    }

    private void result(String fault) {
        if (state.answer(fault.isEmpty())) {
            listener.health(service, state.isWell(), fault);
        }
    }

    private final class Question implements Probe {

        private @Nullable Runnable end;

        @Override
        public HealthPolicy policy() {
            return policy;
        }

        @Override
        public SocketAddress application() {
            return application;
        }

        @Override
        public void cancelBy(Runnable by) {
            end = by;
        }

        @Override
        public void answered(String fault) {
            if (open == this) {
                open = null;
                batch.timers().cancel(timeout);
                result(fault);
            }
        }
    }

    private final class Next extends Timer {

        @Override
        protected void expired() {
            if (!closed) {
                late(); // the two times may be the same
                start();
            }
        }
    }

    private final class Late extends Timer {

        @Override
        protected void expired() {
            late();
        }
    }
}
