package dev.asterism.l7.exchange;

import dev.asterism.l7.io.Unopened;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An answer of our own: status, the word of {@code x-mesh-reason}, and the status for gRPC, which is an HTTP 200 with
 * trailers only (gRPC's PROTOCOL-HTTP2 and http-grpc-status-mapping). Immutable.
 */
public final class LocalAnswer {

    public static final LocalAnswer BAD_REQUEST = of(400, "bad_request", 13);
    public static final LocalAnswer DENIED = of(403, "denied", 7);
    public static final LocalAnswer NO_ROUTE = of(404, "no_route", 12);
    public static final LocalAnswer METHOD_NOT_ALLOWED = of(405, "method", 12);
    public static final LocalAnswer REQUEST_TIMEOUT = of(408, "timeout", 4);
    public static final LocalAnswer URI_TOO_LONG = of(414, "bad_request", 13);
    public static final LocalAnswer EXPECTATION_FAILED = of(417, "expectation", 13);
    public static final LocalAnswer RATE_LIMITED = of(429, "rate_limited", 8);
    public static final LocalAnswer FIELDS_TOO_LARGE = of(431, "bad_request", 13);
    public static final LocalAnswer VERSION = of(505, "bad_request", 13);

    /** A WebSocket over HTTP/2 for a server of HTTP/2 that does not take any, RFC 8441 3. */
    public static final LocalAnswer NO_EXTENDED_CONNECT = of(501, "no_extended_connect", 12);

    /** A split whose weights are all 0. */
    public static final LocalAnswer NO_WEIGHT = of(500, "no_route", 13);

    /** No connection came about, so nothing was sent. */
    public static final LocalAnswer NO_ENDPOINT = of(503, "no_endpoint", 14);

    /** As {@link #NO_ENDPOINT}: where the server listens, too many connections wait to be accepted. */
    public static final LocalAnswer BACKLOG = of(503, "backlog", 14);

    /** As {@link #NO_ENDPOINT}: this agent may have no more descriptors. */
    public static final LocalAnswer NO_DESCRIPTOR = of(503, "no_descriptor", 14);

    /** As {@link #NO_ENDPOINT}: the endpoint is a listener of this filter, so the request would come back for ever. */
    public static final LocalAnswer LOOP = of(508, "loop", 9);

    /** All endpoints are ejected. */
    public static final LocalAnswer EJECTED = of(503, "ejected", 14);

    /** The server has said that it did not touch the request. */
    public static final LocalAnswer UPSTREAM_REFUSED = of(502, "upstream_reset", 14);

    /** A connection that had been used before ended as a request was sent on it: the server had just closed it. */
    public static final LocalAnswer UPSTREAM_STALE = of(502, "upstream_reset", 14);

    public static final LocalAnswer RETRY_BUDGET = of(503, "retry_budget", 14);
    public static final LocalAnswer UPSTREAM_RESET = of(502, "upstream_reset", 14);
    public static final LocalAnswer BAD_ANSWER = of(502, "bad_answer", 14);
    public static final LocalAnswer OVERFLOW = of(503, "overflow", 14);

    /** Its caller has its share of what the service may have under way, and others wait. */
    public static final LocalAnswer CALLER_SHARE = of(429, "caller_share", 8);

    /**
     * The application has all it can do, and others matter more or came before. Not 503: a caller's filter takes 429 as
     * a sign of load, and does not eject the endpoint for it.
     */
    public static final LocalAnswer OVERLOAD = of(429, "overload", 8).with("retry-after", "1");

    /** Its client reads or sends nothing, and others wait for its place. */
    public static final LocalAnswer SLOW_CLIENT = of(408, "slow_client", 8);

    public static final LocalAnswer DRAINING = of(503, "draining", 14);

    /** Ours has run out. */
    public static final LocalAnswer TIMEOUT = of(504, "timeout", 4);

    /** The caller's has run out. */
    public static final LocalAnswer DEADLINE = of(504, "deadline", 4);

    private static final int USUAL_SECONDS = 64;

    private static final List<LocalAnswer> RATE_LIMITS =
            IntStream.range(0, USUAL_SECONDS)
                    .mapToObj(s -> RATE_LIMITED.with("retry-after", Integer.toString(s)))
                    .toList();

    /** A field of it, the name in lower case. */
    public record Field(String name, String value) {}

    private final int status;
    private final String reason;
    private final int grpcStatus;
    private final List<Field> fields;

    private LocalAnswer(int status, String reason, int grpcStatus, List<Field> fields) {
        this.status = status;
        this.reason = reason;
        this.grpcStatus = grpcStatus;
        this.fields = List.copyOf(fields);
    }

    private static LocalAnswer of(int status, String reason, int grpcStatus) {
        return new LocalAnswer(status, reason, grpcStatus, List.of());
    }

    /** Of a fault on purpose. */
    public static LocalAnswer fault(int status, int grpcStatus) {
        int grpc = grpcStatus >= 0 ? grpcStatus : grpcStatusOf(status);
        return of(status, "fault", grpc);
    }

    /** A connection did not open, so nothing was sent. */
    public static LocalAnswer of(Unopened why) {
        return switch (why) {
            case UNREACHABLE -> NO_ENDPOINT;
            case BACKLOG -> BACKLOG;
            case DESCRIPTORS -> NO_DESCRIPTOR;
            case LOOP -> LOOP;
        };
    }

    /** No connection came about, so no server can have seen the request. */
    public boolean isUnconnected() {
        return equals(NO_ENDPOINT) || equals(BACKLOG) || equals(NO_DESCRIPTOR) || equals(LOOP);
    }

    /** It says nothing of the endpoint: this agent lacks something, or the endpoint is this agent. */
    public boolean isOfThisAgent() {
        return equals(OVERFLOW) || equals(NO_DESCRIPTOR) || equals(LOOP);
    }

    /** Over a rate; the answer says to come again after so many seconds. Allocates nothing for the usual ones. */
    public static LocalAnswer rateLimited(long seconds) {
        return seconds < RATE_LIMITS.size()
                ? RATE_LIMITS.get((int) seconds)
                : RATE_LIMITED.with("retry-after", Long.toString(seconds));
    }

    /** The same with a field more. */
    public LocalAnswer with(String name, String value) {
        List<Field> more = new java.util.ArrayList<>(fields);
        more.add(new Field(name, value));
        return new LocalAnswer(status, reason, grpcStatus, more);
    }

    private static int grpcStatusOf(int status) {
        return switch (status) {
            case 400 -> 13;
            case 401 -> 16;
            case 403 -> 7;
            case 404 -> 12;
            case 429, 502, 503, 504 -> 14;
            default -> 2;
        };
    }

    public int status() {
        return status;
    }

    public String reason() {
        return reason;
    }

    public int grpcStatus() {
        return grpcStatus;
    }

    public List<Field> fields() {
        return fields;
    }

    /** The answer to a request that a parser refused with this status. */
    public static LocalAnswer ofRefusal(int status) {
        return switch (status) {
            case 405 -> METHOD_NOT_ALLOWED;
            case 414 -> URI_TOO_LONG;
            case 417 -> EXPECTATION_FAILED;
            case 431 -> FIELDS_TOO_LARGE;
            case 505 -> VERSION;
            default -> BAD_REQUEST;
        };
    }
}
