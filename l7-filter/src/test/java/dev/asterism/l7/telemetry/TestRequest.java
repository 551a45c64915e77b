package dev.asterism.l7.telemetry;

import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.TraceContext;
import dev.asterism.l7.proxy.AttemptReport;
import dev.asterism.l7.proxy.RequestReport;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.proxy.ShownField;
import java.util.List;

/** A request that is over, with fields that a test sets. */
final class TestRequest implements RequestReport, AttemptReport {

    ServiceSide side = ServiceSide.OUTBOUND;
    String service = "orders";
    String route = "route-1";
    String emptyPool = "";
    String path = "/a";
    Caller caller = new Caller("web-1", List.of("web"), "10.42.0.7", "ab", "mesh");
    final TraceContext trace = new TraceContext();
    List<ShownField> requestFields = List.of();
    List<ShownField> answerFields = List.of();
    int status = 200;
    int grpcStatus = -1;
    String reason = "";
    long startedNanos = 1_000_000_000L;
    long answeredNanos = 1_002_000_000L;
    long endedNanos = 1_003_000_000L;

    TestRequest took(long millis) {
        endedNanos = startedNanos + millis * 1_000_000;
        return this;
    }

    TestRequest status(int code) {
        status = code;
        return this;
    }

    @Override
    public List<ShownField> requestFields() {
        return requestFields;
    }

    @Override
    public List<ShownField> answerFields() {
        return answerFields;
    }

    @Override
    public ServiceSide direction() {
        return side;
    }

    @Override
    public String service() {
        return service;
    }

    @Override
    public String route() {
        return route;
    }

    @Override
    public String pool() {
        return "default";
    }

    @Override
    public String emptyPool() {
        return emptyPool;
    }

    @Override
    public String endpoint() {
        return "orders-1";
    }

    @Override
    public Caller caller() {
        return caller;
    }

    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String authority() {
        return "orders.mesh";
    }

    @Override
    public TraceContext trace() {
        return trace;
    }

    @Override
    public boolean isGrpc() {
        return grpcStatus >= 0;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public int grpcStatus() {
        return grpcStatus;
    }

    @Override
    public String reason() {
        return reason;
    }

    @Override
    public int attempts() {
        return 2;
    }

    @Override
    public long startedNanos() {
        return startedNanos;
    }

    @Override
    public long answeredNanos() {
        return answeredNanos;
    }

    @Override
    public long endedNanos() {
        return endedNanos;
    }

    @Override
    public long requestBytes() {
        return 10;
    }

    @Override
    public long answerBytes() {
        return 20;
    }

    @Override
    public RequestReport request() {
        return this;
    }

    @Override
    public int number() {
        return 1;
    }

    @Override
    public String failure() {
        return "upstream_reset";
    }

    @Override
    public boolean isGood() {
        return false;
    }

    @Override
    public long sentNanos() {
        return startedNanos;
    }
}
