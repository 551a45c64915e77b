package dev.asterism.l7.exchange;

import dev.asterism.l7.http.Head;

/**
 * The client's side of an exchange: where the answer goes. Called in this order: {@link #interim} any number of
 * times, {@link #head} once, {@link #data} any number of times, {@link #trailers} at most once, {@link
 * Exchange#complete}. Bytes are lent for the call.
 */
public interface Downstream {

    /** An interim answer (1xx) other than 101. */
    void interim(Head head);

    /**
     * The answer's head and what is there of its body, {@code in[from, to)}; bytes in front of {@code from} may be
     * overwritten.
     *
     * @param framing {@link BodyFraming#TUNNEL} only for an upgrade that the request asked for
     * @param end nothing follows
     */
    void head(Head head, BodyFraming framing, byte[] in, int from, int to, boolean end);

    /** A piece of the body. */
    void data(byte[] in, int from, int to, boolean end);

    /** The end of the body with fields. */
    void trailers(Head fields);

    /** An answer of our own in place of one; it completes the exchange. */
    void refuse(LocalAnswer answer);

    /** The answer has begun and cannot be finished, for this cause. The exchange is gone afterwards. */
    void abort(LocalAnswer cause);

    /** The answer is complete. The exchange is gone afterwards. */
    void completed();

    /** The exchange may stand still so long, no byte moving either way; 0: without end. */
    default void idleTime(long nanos) {}

    /** So many bytes of the answer wait for the client, as far as its connection knows. */
    default long untakenBytes() {
        return 0;
    }

    /** The upstream takes more of the request's body. */
    void resumeRequest();
}
