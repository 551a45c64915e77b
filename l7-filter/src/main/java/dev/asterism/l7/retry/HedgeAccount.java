package dev.asterism.l7.retry;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.latency.RecentLatencies;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A {@link HedgePolicy} for the request path of all loops: when a copy is due, and whether there may be one more.
 * The service's {@link RetryBudget} is asked besides. Safe on any thread; allocates nothing when asked.
 */
public final class HedgeAccount {

    /** Sooner a copy would go because of how the loop's time is cut. */
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final byte[] EVENTS = Ascii.bytes("text/event-stream");

    private final HedgePolicy policy;
    private final MethodSet methods;
    private final RetryBudget copies;
    private final @Nullable RecentLatencies latencies;

    /** @param window over which copies and requests are counted */
    public HedgeAccount(HedgePolicy policy, Duration window) {
        this.policy = policy;
        methods = new MethodSet(policy.methods());
        copies = new RetryBudget(new BudgetPolicy(policy.ratio(), 0, window));
        latencies = policy.quantile() > 0 ? new RecentLatencies(policy.quantile()) : null;
    }

    public HedgePolicy policy() {
        return policy;
    }

    /** By what it is; never one whose answer is a stream by its nature. */
    public boolean suits(Head request) {
        if (request.has(Head.UPGRADES) || !methods.has(request)) {
            return false;
        }
        int accept = request.find(FieldNames.ACCEPT);
        return accept < 0 || !request.valueIs(accept, EVENTS);
    }

    /** One that suits has come. */
    public void request(long nowNanos) {
        copies.request(nowNanos);
    }

    /**
     * The first endpoint has answered it, or was given up as the copy was faster: then it has taken as long at least,
     * and that is more than the quantile, so that what is cut off does not lower it.
     *
     * @param nanos from the end of the request to the answer's head
     */
    public void answered(long nanos, long nowNanos) {
        if (latencies != null) {
            latencies.add(nanos, nowNanos);
        }
    }

    /** How long the first endpoint has; 0: that is not known yet. */
    public long afterNanos(long nowNanos) {
        if (latencies == null) {
            return policy.after().toNanos();
        }
        long found = latencies.quantileNanos(nowNanos);
        return found == 0 ? 0 : Math.max(LEAST_NANOS, found);
    }

    /** Answers that the quantile is counted from; of a fixed time 0. */
    public long samples() {
        return latencies == null ? 0 : latencies.samples();
    }

    /** Takes one copy; false: there is none left. */
    public boolean tryCopy(long nowNanos) {
        return copies.tryRetry(nowNanos);
    }

    /** The one just taken is not sent. */
    public void giveBack(long nowNanos) {
        copies.giveBack(nowNanos);
    }

    /** Copies that may still be sent in this window. */
    public long remaining(long nowNanos) {
        return copies.remaining(nowNanos);
    }
}
