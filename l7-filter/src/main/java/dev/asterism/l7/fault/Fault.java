package dev.asterism.l7.fault;

import dev.asterism.l7.identity.Caller;

/** A {@link FaultSpec} as the request path asks it. Immutable; makes no objects. */
public final class Fault {

    private static final int ALL = 10_000;

    private final FaultSpec spec;
    private final long delayNanos;

    private Fault(FaultSpec spec) {
        this.spec = spec;
        delayNanos = spec.delay().toNanos();
    }

    /**
     * @throws IllegalArgumentException when it does nothing
     */
    public static Fault of(FaultSpec spec) {
        boolean ends = spec.status() != 0 || spec.grpcStatus() != FaultSpec.NONE;
        if (!ends && spec.delay().isZero() && spec.bytesPerSecond() == 0) {
            throw new IllegalArgumentException("a fault needs a delay, a code or slow");
        }
        if (spec.delay().isNegative()) {
            throw new IllegalArgumentException("a fault cannot have a delay under 0");
        }
        if (spec.status() != 0 && (spec.status() < 200 || spec.status() > 599)) {
            throw new IllegalArgumentException("not a status of 200 to 599: " + spec.status());
        }
        if (spec.grpcStatus() < FaultSpec.NONE || spec.grpcStatus() > 16) {
            throw new IllegalArgumentException("not a gRPC status of 0 to 16");
        }
        return new Fault(spec);
    }

    /**
     * Whether it is this request's turn.
     *
     * @param draw random over 64 bits
     */
    public boolean hits(Caller caller, long draw) {
        return Math.unsignedMultiplyHigh(draw, ALL) < spec.tenThousandths() && isFor(caller);
    }

    /** Whether this caller's requests may be hit. */
    public boolean isFor(Caller caller) {
        return spec.from().matches(caller);
    }

    /** The pace of an answer's body; 0: as fast as it comes. */
    public int bytesPerSecond() {
        return spec.bytesPerSecond();
    }

    /** How long to wait before anything else happens; 0: not at all. */
    public long delayNanos() {
        return delayNanos;
    }

    /** Whether the request is answered here, behind the delay, and not sent on. */
    public boolean aborts(boolean grpc) {
        return spec.status() != 0 || grpc && spec.grpcStatus() != FaultSpec.NONE;
    }

    /** The answer's status: 200 for a gRPC request whose fault has a gRPC status. */
    public int status(boolean grpc) {
        return grpc && spec.grpcStatus() != FaultSpec.NONE ? 200 : spec.status();
    }

    /** The gRPC status of the answer to a gRPC request, or {@link FaultSpec#NONE}. */
    public int grpcStatus() {
        return spec.grpcStatus();
    }

    public FaultSpec spec() {
        return spec;
    }
}
