package dev.asterism.l7.exchange;

import dev.asterism.l7.http.Head;

/**
 * Stands between the two sides of an exchange, so that a request can be sent again: it sees what upstreams answer as
 * their {@link Downstream}, and what the client sends before an upstream gets it. It decides when the exchange is
 * over, by {@link Exchange#finish}, {@link Exchange#refuse} or {@link Exchange#abandon}. Bytes are lent for the call.
 */
public interface Relay extends Downstream {

    /** A piece of the request's body; false: wait for {@link Downstream#resumeRequest}. */
    boolean requestData(byte[] in, int from, int to, boolean end);

    /** The end of the request's body with fields. */
    void requestTrailers(Head fields);

    /** The upstream side cannot finish, and has let go of the exchange. */
    void failed(LocalAnswer cause);

    /** It is to end now: with this answer, or cut when another has begun. */
    void stopped(LocalAnswer cause);

    /** The client is gone, and the exchange with it; the upstream side knows. */
    void canceled();
}
