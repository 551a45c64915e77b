package dev.asterism.l7.exchange;

/**
 * An answer of our own: status, the word of {@code x-mesh-reason}, and the status for gRPC, which is an
 * HTTP 200 with trailers only (gRPC's PROTOCOL-HTTP2 and http-grpc-status-mapping).
 */
public enum LocalAnswer {
    BAD_REQUEST(400, "bad_request", 13),
    METHOD_NOT_ALLOWED(405, "method", 12),
    URI_TOO_LONG(414, "bad_request", 13),
    EXPECTATION_FAILED(417, "expectation", 13),
    FIELDS_TOO_LARGE(431, "bad_request", 13),
    VERSION(505, "bad_request", 13),
    NO_ENDPOINT(503, "no_endpoint", 14),
    UPSTREAM_RESET(502, "upstream_reset", 14),
    BAD_ANSWER(502, "bad_answer", 14);

    private final int status;
    private final String reason;
    private final int grpcStatus;

    LocalAnswer(int status, String reason, int grpcStatus) {
        this.status = status;
        this.reason = reason;
        this.grpcStatus = grpcStatus;
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
