package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.identity.Priority;
import dev.asterism.l7.limit.Overload;
import org.jspecify.annotations.Nullable;

/**
 * What a request waits for, until when, and where it counts as one that wants a place. Used again and again; belongs to
 * one loop's thread.
 */
final class Waiting {

    /** What a request has to wait for. */
    enum Lack {
        /** A place of the service, or a connection: whoever matters less does not go before it. */
        PLACE,
        /** Its caller has its share: nobody else is held back for it. */
        SHARE,
        /** All are ejected, or there is none. */
        ENDPOINT
    }

    private LocalAnswer cause = LocalAnswer.OVERFLOW;
    private Lack lack = Lack.PLACE;
    private Priority priority = Priority.NORMAL;
    private long mostNanos;
    private long endNanos;
    private int line;
    private @Nullable Overload countedWith;

    /** It waits for the first time, or once more. */
    void begin(LocalAnswer why, RequestSender request, long nowNanos) {
        priority = request.priority();
        mostNanos = nowNanos + request.shared().patienceNanos(Lack.ENDPOINT);
        lack = request.lack();
        endNanos = nowNanos + request.shared().patienceNanos(lack);
        count(why, request);
    }

    /**
     * It was tried, and lacks this now.
     *
     * @return whether {@link #endNanos} is another
     */
    boolean lacks(LocalAnswer why, RequestSender request, long nowNanos) {
        boolean forEndpoint = lack == Lack.ENDPOINT;
        lack = request.lack();
        count(why, request);
        if (forEndpoint == (lack == Lack.ENDPOINT)) {
            return false;
        }
        long patience = request.shared().patienceNanos(lack);
        endNanos = forEndpoint ? Math.min(mostNanos, nowNanos + patience) : mostNanos;
        return true;
    }

    /** Another request of its caller was tried just now, and the caller has its share. */
    void lacksShare() {
        if (lack == Lack.PLACE) {
            lack = Lack.SHARE;
            cause = LocalAnswer.CALLER_SHARE;
            countWith(null);
        }
    }

    private void count(LocalAnswer why, RequestSender request) {
        cause = why;
        countWith(lack == Lack.PLACE ? request.shared().overload() : null);
    }

    void end() {
        countWith(null);
    }

    /** A reload may have made another since. */
    @SuppressWarnings("ReferenceEquality")
    private void countWith(@Nullable Overload next) {
        if (countedWith == next) {
            return;
        }
        if (countedWith != null) {
            countedWith.waitsNoMore(priority);
        }
        countedWith = next;
        if (next != null) {
            next.waits(priority);
        }
    }

    /** It has been tried, and there was no place, or no connection. */
    boolean lacksPlace() {
        return lack == Lack.PLACE;
    }

    /** The answer when nothing comes. */
    LocalAnswer cause() {
        return cause;
    }

    /** The number of the line in which it waits. */
    int line() {
        return line;
    }

    void line(int number) {
        line = number;
    }

    /** So long it waits. */
    long endNanos() {
        return endNanos;
    }
}
