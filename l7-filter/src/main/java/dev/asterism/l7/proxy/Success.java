package dev.asterism.l7.proxy;

import dev.asterism.l7.retry.GrpcStatus;

/** What counts as a success, as the caller sees it. */
public final class Success {

    private static final int LEAST_FAILURE = 500;

    private Success() {}

    /** Answers below 500 are, and so are gRPC's that blame the caller; a client that has gone is no failure of ours. */
    public static boolean of(RequestReport request) {
        if (request.status() == 0) {
            return request.reason().isEmpty();
        }
        if (request.status() >= LEAST_FAILURE) {
            return false;
        }
        return request.grpcStatus() < 0
                || switch (GrpcStatus.of(request.grpcStatus())) {
                    case UNKNOWN,
                            DEADLINE_EXCEEDED,
                            UNIMPLEMENTED,
                            INTERNAL,
                            UNAVAILABLE,
                            DATA_LOSS ->
                            false;
                    default -> true;
                };
    }
}
