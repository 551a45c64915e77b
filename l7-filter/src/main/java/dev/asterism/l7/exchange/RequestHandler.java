package dev.asterism.l7.exchange;

import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.Caller;

/** Decides where a request goes. */
@FunctionalInterface
public interface RequestHandler {

    /**
     * Sends the request on, or answers it with {@link Exchange#refuse}. The head is lent for the call; the body, if
     * there is one, comes afterwards.
     */
    void handle(Exchange exchange, Head head);

    /**
     * Is told that the protocol refused what this caller sent, so that it can be counted.
     *
     * @param status of the answer; 0: the connection or the stream ended without one
     */
    default void refused(Caller caller, InputRefusal why, int status) {}
}
