package dev.asterism.l7.proxy;

import dev.asterism.l7.identity.Priority;

/**
 * Is told what happens; one for each loop, called on the loop's thread, and neither blocks nor keeps what it is lent.
 */
public interface Observer {

    /** Ignores everything. */
    Observer NONE = new Observer() {};

    /** Whether the report of a request that has just come is to have header fields, which costs memory. */
    default boolean wantsFields(RequestReport request) {
        return false;
    }

    /** A request has come and its service is known. */
    default void began(RequestReport request) {}

    /** A request is over: answered, refused or given up by its client. Once for each {@link #began}. */
    default void ended(RequestReport request) {}

    /** An attempt is over. */
    default void attempted(AttemptReport attempt) {}

    /** An attempt went wrong in a way after which the policy would repeat it. */
    default void retried(RequestReport request, RetryOutcome outcome) {}

    /** A second copy of a request is over, or was not sent as it was due. */
    default void hedged(RequestReport request, HedgeOutcome outcome) {}

    /**
     * A rule has refused a request.
     *
     * @param rule where it stands, or what it is
     * @param audit it passes all the same
     */
    default void denied(RequestReport request, String rule, boolean audit) {}

    /** A request was over the rate; {@code audit}: it passes all the same. */
    default void limited(RequestReport request, boolean audit) {}

    /**
     * A request was shed, as the application has all it can do; {@code audit}: it passes all the same.
     */
    default void shed(RequestReport request, Priority priority, boolean audit) {}

    /**
     * The copy of a request is over.
     *
     * @param pool that it went to
     * @param result a class of codes such as 2xx, or why there was no answer
     */
    default void mirrored(String service, String route, String pool, String result) {}

    /** The protocol refused what a client sent. */
    default void inputRefused(InputReport input) {}

    /** A connection that was carried without inspection is over, or was refused. */
    default void piped(PipeReport pipe) {}

    /** A connection, a stream or a request was ended, as the buffers of its loop were at their bound. */
    default void gaveWay() {}

    /** An endpoint is ejected for so many nanoseconds; 0: it is back. */
    default void ejected(String service, String pool, String endpoint, long nanos) {}
}
