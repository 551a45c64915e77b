package dev.asterism.l7.exchange;

import dev.asterism.l7.http.ClientTimes;
import dev.asterism.l7.identity.Caller;

/**
 * What a client's connection is served by.
 *
 * @param caller who is at its other end
 * @param handler takes its requests; belongs to the loop's thread
 */
public record Client(Caller caller, ClientTimes times, RequestHandler handler) {

    /** The protocol has refused what it sent; {@code status} as for {@link RequestHandler#refused}. */
    public void refused(InputRefusal why, int status) {
        handler.refused(caller, why, status);
    }
}
