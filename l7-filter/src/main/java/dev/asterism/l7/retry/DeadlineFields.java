package dev.asterism.l7.retry;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;

/**
 * How much time a request has, as it says itself: {@code x-mesh-deadline} in milliseconds and {@code grpc-timeout}
 * (gRPC, PROTOCOL-HTTP2: at most 8 digits and a unit). Allocates nothing.
 */
public final class DeadlineFields {

    /** It does not say. */
    public static final long NONE = Long.MAX_VALUE;

    private static final int MOST_DIGITS = 8;

    private DeadlineFields() {}

    /** The least of what it says, in nanoseconds; 0: its time is over. What cannot be read says nothing. */
    public static long nanos(Head request) {
        long left = NONE;
        int mesh = request.find(FieldNames.X_MESH_DEADLINE);
        if (mesh >= 0) {
            long millis = request.valueNumber(mesh);
            left = millis < 0 ? NONE : times(millis, 1_000_000);
        }
        int grpc = request.find(FieldNames.GRPC_TIMEOUT);
        if (grpc >= 0) {
            left = Math.min(left, grpcNanos(request, grpc));
        }
        return left;
    }

    /** What is sent on instead is written by us. */
    public static void remove(Head request) {
        for (int row = 0; row < request.count(); row++) {
            int id = request.id(row);
            if (id == FieldNames.X_MESH_DEADLINE
                    || id == FieldNames.X_MESH_ATTEMPT
                    || id == FieldNames.GRPC_TIMEOUT) {
                request.renumber(row, FieldNames.NOMINATED);
            }
        }
    }

    private static long grpcNanos(Head request, int row) {
        int digits = request.valueLength(row) - 1;
        if (digits < 1 || digits > MOST_DIGITS) {
            return NONE;
        }
        long number = Ascii.number(request.bytes(), request.valueAt(row), digits);
        if (number < 0) {
            return NONE;
        }
        return switch (request.bytes()[request.valueAt(row) + digits]) {
            case 'H' -> times(number, 3_600_000_000_000L);
            case 'M' -> times(number, 60_000_000_000L);
            case 'S' -> times(number, 1_000_000_000);
            case 'm' -> times(number, 1_000_000);
            case 'u' -> times(number, 1_000);
            case 'n' -> number;
            default -> NONE;
        };
    }

    private static long times(long number, long unit) {
        return number > Long.MAX_VALUE / 2 / unit ? NONE : number * unit;
    }
}
