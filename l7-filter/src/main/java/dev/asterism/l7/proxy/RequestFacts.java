package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.Caller;
import org.jspecify.annotations.Nullable;

/** What a request's report is made of; used again and again. */
final class RequestFacts implements RequestReport {

    private final RequestLine line = new RequestLine();
    private @Nullable ServiceSpec spec;
    private String route = "";
    private String pool = "";
    private String endpoint = "";
    private String reason = "";
    private Caller caller = Caller.UNKNOWN;
    private boolean grpc;
    private int status;
    private int grpcStatus;
    private int attempts;
    private long startedNanos;
    private long answeredNanos;
    private long endedNanos;
    private long requestBytes;
    private long answerBytes;

    void begin(Exchange exchange, Head head, ServiceSpec of) {
        line.keep(head);
        spec = of;
        route = "";
        pool = "";
        endpoint = "";
        reason = "";
        caller = exchange.caller();
        grpc = exchange.isGrpc();
        status = 0;
        grpcStatus = -1;
        attempts = 0;
        startedNanos = exchange.startedNanos();
        answeredNanos = 0;
        endedNanos = 0;
        requestBytes = 0;
        answerBytes = 0;
    }

    void route(String name) {
        route = name;
    }

    void pool(String name) {
        pool = name;
    }

    void attempt(String to) {
        endpoint = to;
        attempts++;
    }

    void answered(int code, int grpcCode, long nowNanos) {
        status = code;
        grpcStatus = grpcCode;
        answeredNanos = nowNanos;
    }

    void grpcStatus(int code) {
        grpcStatus = code;
    }

    void reason(String word) {
        reason = word;
    }

    void requestBytes(int more) {
        requestBytes += more;
    }

    void answerBytes(int more) {
        answerBytes += more;
    }

    void ended(long nowNanos) {
        endedNanos = nowNanos;
    }

    @Override
    public ServiceSide direction() {
        return spec == null ? ServiceSide.OUTBOUND : spec.direction();
    }

    @Override
    public String service() {
        return spec == null ? "" : spec.name();
    }

    @Override
    public String route() {
        return route;
    }

    @Override
    public String pool() {
        return pool;
    }

    @Override
    public String endpoint() {
        return endpoint;
    }

    @Override
    public Caller caller() {
        return caller;
    }

    @Override
    public String method() {
        return line.method();
    }

    @Override
    public String path() {
        return line.path();
    }

    @Override
    public String authority() {
        return line.authority();
    }

    @Override
    public boolean isGrpc() {
        return grpc;
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
        return attempts;
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
        return requestBytes;
    }

    @Override
    public long answerBytes() {
        return answerBytes;
    }
}
