package dev.asterism.l7.http;

import java.util.concurrent.TimeUnit;

/**
 * How long a client's connection may take, in nanoseconds.
 *
 * @param detect until its first bytes show what it speaks; then it is passed on as TCP
 * @param head from the first byte of a request's head to its last
 * @param idle of a connection without a request
 * @param stream of a request on which no byte moves, unless its route says otherwise
 * @param pipe of a pipe or a WebSocket through which no byte moves
 */
public record ClientTimes(long detect, long head, long idle, long stream, long pipe) {

    /** While we drain, a client that has just connected, or has just sent a request, still gets its answer. */
    public static final long LAST_CALL_NANOS = TimeUnit.SECONDS.toNanos(1);

    public static final ClientTimes STANDARD =
            new ClientTimes(
                    TimeUnit.SECONDS.toNanos(2),
                    TimeUnit.SECONDS.toNanos(10),
                    TimeUnit.MINUTES.toNanos(5),
                    TimeUnit.MINUTES.toNanos(5),
                    TimeUnit.HOURS.toNanos(1));
}
