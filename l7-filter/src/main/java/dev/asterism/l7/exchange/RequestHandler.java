package dev.asterism.l7.exchange;

import dev.asterism.l7.http.Head;

/** Decides where a request goes. */
@FunctionalInterface
public interface RequestHandler {

    /**
     * Sends the request on, or answers it with {@link Exchange#refuse}. The head is lent for the call; the body, if
     * there is one, comes afterwards.
     */
    void handle(Exchange exchange, Head head);
}
