package dev.asterism.l7.telemetry;

import dev.asterism.l7.proxy.AttemptReport;
import dev.asterism.l7.proxy.RequestReport;
import dev.asterism.l7.telemetry.SpanRecord.Field;
import dev.asterism.l7.telemetry.SpanRecord.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * Spans on their way to a collector: one of each request of a sampled trace, and one of each of its attempts below
 * it. Loops put them in and never wait; what finds no room is counted and gone. {@link #take} is one thread's.
 */
public final class Spans {

    /** Some 2 MiB. */
    static final int MOST = 2_048;

    private static final int MOST_PATH = 256;

    private final ArrayBlockingQueue<SpanRecord> waiting = new ArrayBlockingQueue<>(MOST);
    private final LongAdder dropped = new LongAdder();
    private final LongAdder sent = new LongAdder();

    /** A request is over. */
    void ended(RequestReport request, boolean good) {
        var trace = request.trace();
        if (!trace.isExported()) {
            return;
        }
        List<Field> fields = new ArrayList<>(16);
        text(fields, "http.request.method", request.method());
        text(fields, "server.address", request.authority());
        text(fields, "url.path", path(request.path()));
        place(fields, request);
        text(fields, "mesh.peer", request.caller().name());
        if (!request.caller().groups().isEmpty()) {
            fields.add(new Field("mesh.peer.groups", request.caller().groups()));
        }
        status(fields, request.status(), request.grpcStatus());
        text(fields, "mesh.reason", request.reason());
        text(fields, "mesh.hedge", request.hedge());
        fields.add(new Field("mesh.attempts", (long) request.attempts()));
        add(
                new SpanRecord(
                        trace.high(),
                        trace.low(),
                        trace.spanId(),
                        trace.parentId(),
                        Kind.SERVER,
                        request.method() + " " + request.service(),
                        request.startedNanos(),
                        request.endedNanos(),
                        fields,
                        !good,
                        request.reason()));
    }

    /** An attempt is over. */
    void attempted(AttemptReport attempt) {
        RequestReport request = attempt.request();
        var trace = request.trace();
        if (!trace.isExported()) {
            return;
        }
        List<Field> fields = new ArrayList<>(8);
        place(fields, request);
        text(fields, "mesh.endpoint", attempt.endpoint());
        fields.add(new Field("mesh.attempt", (long) attempt.number()));
        status(fields, attempt.status(), attempt.grpcStatus());
        text(fields, "mesh.reason", attempt.failure());
        add(
                new SpanRecord(
                        trace.high(),
                        trace.low(),
                        ofAttempt(trace.spanId(), attempt.number()),
                        trace.spanId(),
                        Kind.CLIENT,
                        "attempt at " + request.service(),
                        attempt.sentNanos(),
                        attempt.endedNanos(),
                        fields,
                        !attempt.isGood() && !attempt.failure().equals(AttemptReport.HEDGED),
                        attempt.failure()));
    }

    /** Another for each attempt, and never 0. */
    private static long ofAttempt(long span, int number) {
        long mixed = (span + number * 0x9e3779b97f4a7c15L) * 0xbf58476d1ce4e5b9L;
        return mixed ^ mixed >>> 29 | 1;
    }

    private static void place(List<Field> fields, RequestReport request) {
        text(fields, "mesh.direction", RequestLabels.word(request.direction()));
        text(fields, "mesh.service", request.service());
        text(fields, "mesh.route", request.route());
        text(fields, "mesh.pool", request.pool());
    }

    private static void status(List<Field> fields, int status, int grpc) {
        if (status > 0) {
            fields.add(new Field("http.response.status_code", (long) status));
        }
        if (grpc >= 0) {
            fields.add(new Field("rpc.grpc.status_code", (long) grpc));
        }
    }

    /** Without its query, which may have secrets. */
    private static String path(String path) {
        int query = path.indexOf('?');
        String bare = query < 0 ? path : path.substring(0, query);
        return bare.length() > MOST_PATH ? bare.substring(0, MOST_PATH) : bare;
    }

    private static void text(List<Field> fields, String key, String value) {
        if (!value.isEmpty()) {
            fields.add(new Field(key, value));
        }
    }

    private void add(SpanRecord span) {
        if (!waiting.offer(span)) {
            dropped.increment();
        }
    }

    /**
     * What waits, at most so many, as the body of a request of OTLP; empty when nothing waits.
     *
     * @param self what this node is called
     * @param epochNanos what the wall clock had at 0 of the loops' clock
     */
    public Batch take(int most, String self, long epochNanos) {
        List<SpanRecord> spans = new ArrayList<>();
        waiting.drainTo(spans, most);
        return spans.isEmpty()
                ? new Batch(0, new byte[0])
                : new Batch(spans.size(), OtlpTraces.bytes(spans, self, epochNanos));
    }

    /** Spans of one request to a collector. It keeps the bytes that it is made of. */
    public static final class Batch {

        private final int count;
        private final byte[] body;

        Batch(int count, byte[] body) {
            this.count = count;
            this.body = body;
        }

        public int count() {
            return count;
        }

        /** An ExportTraceServiceRequest. */
        public byte[] body() {
            return body;
        }
    }

    /** They have arrived. */
    public void sent(int count) {
        sent.add(count);
    }

    /** They have not, and are gone. */
    public void lost(int count) {
        dropped.add(count);
    }

    long sentCount() {
        return sent.sum();
    }

    long droppedCount() {
        return dropped.sum();
    }
}
