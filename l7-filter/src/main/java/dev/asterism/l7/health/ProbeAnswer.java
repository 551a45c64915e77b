package dev.asterism.l7.health;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.Downstream;
import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.health.HealthCheck.Probe;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** What an application answers to a question. Belongs to one loop's thread. */
final class ProbeAnswer implements Downstream {

    /** {@code HealthCheckResponse} with its framing; a longer answer is none. */
    private static final int MOST_BYTES = 64;

    private static final int FIELD_1_NUMBER = 0x08;
    private static final int SERVING = 1;
    private static final int NO_STATUS = -1;

    private final Probe probe;
    private final boolean grpc;
    private final Runnable whenOver;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(MOST_BYTES);
    private @Nullable Exchange exchange;
    private int status;
    private long grpcStatus = NO_STATUS;
    private String fault = "";

    ProbeAnswer(Probe probe, boolean grpc, Runnable whenOver) {
        this.probe = probe;
        this.grpc = grpc;
        this.whenOver = whenOver;
    }

    void of(Exchange asked) {
        exchange = asked;
    }

    boolean isOpen() {
        return exchange != null;
    }

    void cancel() {
        Exchange current = exchange;
        if (current != null) {
            exchange = null;
            current.cancel();
            whenOver.run();
        }
    }

    private void over(String what) {
        if (exchange != null) {
            exchange = null;
            probe.answered(what);
            whenOver.run();
        }
    }

    @Override
    public void interim(Head head) {}

    @Override
    public void head(Head head, BodyFraming framing, byte[] in, int from, int to, boolean end) {
        status = head.status();
        grpcStatus(head);
        keep(in, from, to);
    }

    private void grpcStatus(Head head) {
        int row = head.find(FieldNames.GRPC_STATUS);
        if (row >= 0) {
            grpcStatus = head.valueNumber(row);
        }
    }

    private void keep(byte[] in, int from, int to) {
        if (grpc && body.size() + to - from <= MOST_BYTES) {
            body.write(in, from, to - from);
        }
    }

    @Override
    public void data(byte[] in, int from, int to, boolean end) {
        keep(in, from, to);
    }

    @Override
    public void trailers(Head fields) {
        grpcStatus(fields);
    }

    @Override
    public void refuse(LocalAnswer answer) {
        fault = answer.reason();
    }

    @Override
    public void abort(LocalAnswer cause) {
        over("the answer was cut off");
    }

    @Override
    public void completed() {
        over(fault.isEmpty() ? verdict() : fault);
    }

    private String verdict() {
        if (!grpc) {
            return status >= 200 && status < 400 ? "" : "status " + status;
        }
        if (status != 200 || grpcStatus > 0) {
            return grpcStatus > 0 ? "gRPC status " + grpcStatus : "status " + status;
        }
        return isServing(body.toByteArray()) ? "" : "not serving";
    }

    /** The message {@code HealthCheckResponse} with status SERVING, not compressed. */
    static boolean isServing(byte[] answer) {
        return answer.length == 7
                && answer[0] == 0
                && answer[4] == 2
                && answer[5] == FIELD_1_NUMBER
                && answer[6] == SERVING;
    }

    @Override
    public void resumeRequest() {}
}
