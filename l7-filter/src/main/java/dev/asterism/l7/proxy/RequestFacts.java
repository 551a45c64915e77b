package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.TraceContext;
import java.util.List;

/** What a request's report is made of; used again and again. */
final class RequestFacts implements RequestReport {

    /** Where it went. */
    private static final class Destination {
        private String pool = "";
        private String emptyPool = "";
        private String endpoint = "";

        void clear() {
            pool = "";
            emptyPool = "";
            endpoint = "";
        }
    }

    /** How often. */
    private static final class Tries {
        private int attempts;
        private int copies;
        private String hedge = "";

        void clear() {
            attempts = 0;
            copies = 0;
            hedge = "";
        }
    }

    private final RequestLine line = new RequestLine();
    private ServiceSide side = ServiceSide.OUTBOUND;
    private String service = "";
    private String route = "";
    private final Destination to = new Destination();
    private String reason = "";
    private Caller caller = Caller.UNKNOWN;
    private boolean grpc;
    private int status;
    private int grpcStatus;
    private final Tries tries = new Tries();
    private long startedNanos;
    private long answeredNanos;
    private long endedNanos;
    private long requestBytes;
    private long answerBytes;

    /**
     * @param of the name of the service, empty: none was found
     */
    void begin(Exchange exchange, Head head, ServiceSide from, String of) {
        line.keep(head);
        side = from;
        service = of;
        route = "";
        to.clear();
        reason = "";
        caller = exchange.caller();
        grpc = exchange.isGrpc();
        status = 0;
        grpcStatus = -1;
        tries.clear();
        startedNanos = exchange.startedNanos();
        answeredNanos = 0;
        endedNanos = 0;
        requestBytes = 0;
        answerBytes = 0;
    }

    /** The fields of its head and of its answer's are to be shown. */
    void showFields(Head head) {
        line.fields().request(head);
    }

    /** They are reported. */
    void forgetFields() {
        line.fields().clear();
    }

    /** As the endpoint sent it. */
    void answerHead(Head head) {
        line.fields().answer(head);
    }

    void route(String name) {
        route = name;
    }

    void pool(String name) {
        to.pool = name;
    }

    void emptyPool(String name) {
        to.emptyPool = name;
    }

    void attempt(String name) {
        to.endpoint = name;
        tries.attempts++;
    }

    /** A second copy goes out beside the first attempt. */
    void copied() {
        tries.attempts++;
        tries.copies++;
    }

    /** The copy's endpoint gives the answer. */
    void answerOf(String name) {
        to.endpoint = name;
    }

    void hedge(HedgeOutcome outcome) {
        tries.hedge = outcome.word();
    }

    /** How many attempts were begun one behind the other. */
    int turns() {
        return tries.attempts - tries.copies;
    }

    void answered(int code, int grpcCode, long nowNanos) {
        status = code;
        grpcStatus = grpcCode;
        answeredNanos = nowNanos;
    }

    /** An answer of ours. */
    void refused(LocalAnswer cause, long nowNanos) {
        answered(grpc ? 200 : cause.status(), grpc ? cause.grpcStatus() : -1, nowNanos);
        reason = cause.reason();
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
        return to.pool;
    }

    @Override
    public String emptyPool() {
        return to.emptyPool;
    }

    @Override
    public String endpoint() {
        return to.endpoint;
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
    public List<ShownField> requestFields() {
        return line.fields().request();
    }

    @Override
    public List<ShownField> answerFields() {
        return line.fields().answer();
    }

    @Override
    public TraceContext trace() {
        return line.trace();
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
        return tries.attempts;
    }

    @Override
    public String hedge() {
        return tries.hedge;
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
