package dev.asterism.l7.telemetry;

import dev.asterism.l7.proxy.AttemptReport;
import dev.asterism.l7.proxy.RequestReport;
import dev.asterism.l7.proxy.ServiceSide;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The labels of one series of requests or attempts. Mutable, so that one object looks all of them up; a series keeps a
 * copy. One loop's thread.
 */
final class RequestLabels {

    static final List<String> OF_REQUESTS =
            List.of("dir", "service", "route", "pool", "peer", "code", "grpc", "reason");
    static final List<String> OF_ATTEMPTS =
            List.of("dir", "service", "route", "pool", "code", "grpc", "failure");

    private static final String NOBODY = "";

    private ServiceSide direction = ServiceSide.INBOUND;
    private String service = "";
    private String route = "";
    private String pool = "";
    private String peer = NOBODY;
    private int status;
    private int grpcStatus;
    private String reason = "";

    RequestLabels set(RequestReport request, String caller) {
        setPlace(request);
        peer = caller;
        status = request.status();
        grpcStatus = request.grpcStatus();
        reason = request.reason();
        return this;
    }

    RequestLabels set(AttemptReport attempt) {
        setPlace(attempt.request());
        peer = NOBODY;
        status = attempt.status();
        grpcStatus = attempt.grpcStatus();
        reason = attempt.failure();
        return this;
    }

    private void setPlace(RequestReport request) {
        direction = request.direction();
        service = request.service();
        route = request.route();
        pool = request.pool();
    }

    /** Keeps only what the configuration and HTTP bound: for series beyond the limit. */
    RequestLabels coarse() {
        peer = peer.equals(NOBODY) ? NOBODY : BoundedLabels.OTHER;
        status = status / 100 * 100;
        grpcStatus = Math.min(grpcStatus, 16);
        return this;
    }

    RequestLabels copy() {
        RequestLabels copy = new RequestLabels();
        copy.direction = direction;
        copy.service = service;
        copy.route = route;
        copy.pool = pool;
        copy.peer = peer;
        copy.status = status;
        copy.grpcStatus = grpcStatus;
        copy.reason = reason;
        return copy;
    }

    List<String> ofRequest() {
        return List.of(word(direction), service, route, pool, peer, code(), grpc(), reason);
    }

    List<String> ofAttempt() {
        return List.of(word(direction), service, route, pool, code(), grpc(), reason);
    }

    static String word(ServiceSide direction) {
        return direction.name().toLowerCase(Locale.ROOT);
    }

    private String code() {
        return status == 0 ? "" : String.valueOf(status);
    }

    private String grpc() {
        return grpcStatus < 0 ? "" : String.valueOf(grpcStatus);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RequestLabels that
                && direction == that.direction
                && status == that.status
                && grpcStatus == that.grpcStatus
                && service.equals(that.service)
                && route.equals(that.route)
                && pool.equals(that.pool)
                && peer.equals(that.peer)
                && reason.equals(that.reason);
    }

    @Override
    public int hashCode() {
        int hash = Objects.hashCode(direction);
        hash = 31 * hash + service.hashCode();
        hash = 31 * hash + route.hashCode();
        hash = 31 * hash + pool.hashCode();
        hash = 31 * hash + peer.hashCode();
        hash = 31 * hash + reason.hashCode();
        return 31 * (31 * hash + status) + grpcStatus;
    }
}
