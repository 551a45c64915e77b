package dev.asterism.l7.exchange;

import dev.asterism.l7.http.Head;

/** The upstream side of an exchange: where the request's body goes. Bytes are lent for the call. */
public interface Upstream {

    /** Returns false when the caller should wait for {@link Downstream#resumeRequest} before it sends more. */
    boolean data(byte[] in, int from, int to, boolean end);

    /** The end of the body with fields. */
    void trailers(Head fields);

    /** It had served others before this exchange, so the server may have closed it already. */
    boolean isKept();

    /** The client is gone. The exchange is gone afterwards. */
    void cancel();

    /** The client takes no more of the answer for now. */
    void pauseAnswer();

    void resumeAnswer();
}
