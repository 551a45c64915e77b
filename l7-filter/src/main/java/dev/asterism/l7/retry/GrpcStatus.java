package dev.asterism.l7.retry;

import java.util.Locale;

/** The status codes of gRPC, in their order from 0. Source: gRPC, "Status codes and their use in gRPC". */
public enum GrpcStatus {
    OK,
    CANCELLED,
    UNKNOWN,
    INVALID_ARGUMENT,
    DEADLINE_EXCEEDED,
    NOT_FOUND,
    ALREADY_EXISTS,
    PERMISSION_DENIED,
    RESOURCE_EXHAUSTED,
    FAILED_PRECONDITION,
    ABORTED,
    OUT_OF_RANGE,
    UNIMPLEMENTED,
    INTERNAL,
    UNAVAILABLE,
    DATA_LOSS,
    UNAUTHENTICATED;

    private static final GrpcStatus[] BY_CODE = values();

    @SuppressWarnings("EnumOrdinal") // the order is that of gRPC's codes
    public int code() {
        return ordinal();
    }

    /** As a file writes it: {@code resource-exhausted}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A code that does not exist is {@link #UNKNOWN}. */
    public static GrpcStatus of(long code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[(int) code] : UNKNOWN;
    }

    /**
     * Reads a word of either spelling: {@code resource-exhausted} or {@code RESOURCE_EXHAUSTED}.
     *
     * @throws IllegalArgumentException when there is no such status
     */
    public static GrpcStatus parse(String word) {
        for (GrpcStatus status : BY_CODE) {
            if (status.word().equals(word.toLowerCase(Locale.ROOT).replace('_', '-'))) {
                return status;
            }
        }
        throw new IllegalArgumentException("there is no gRPC status '" + word + "'");
    }
}
