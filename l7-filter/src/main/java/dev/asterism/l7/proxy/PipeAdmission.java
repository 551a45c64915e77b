package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.limit.CallerShares.Share;
import dev.asterism.l7.upstream.ConnectionGate;
import org.jspecify.annotations.Nullable;

/**
 * Whether a pipe to a service may begin, and what it holds until {@link #over}. One loop's thread.
 *
 * @param refusal why it may not, as a word of {@code x-mesh-reason}; empty: it may
 */
public record PipeAdmission(String refusal, @Nullable ConnectionGate gate, @Nullable Share share) {

    public static PipeAdmission refused(LocalAnswer why) {
        return new PipeAdmission(why.reason(), null, null);
    }

    public boolean isGranted() {
        return refusal.isEmpty();
    }

    /** The pipe is over; once, when it was granted. */
    public void over() {
        if (gate != null) {
            gate.closed();
        }
        if (share != null) {
            share.release();
        }
    }
}
