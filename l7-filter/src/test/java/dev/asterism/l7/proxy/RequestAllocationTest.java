package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.Downstream;
import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.exchange.Workspace;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.GarbageProbe;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HttpLimits;
import dev.asterism.l7.http1.Http1Codec;
import dev.asterism.l7.identity.Caller;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A request that succeeds makes no objects in the filter. */
class RequestAllocationTest implements Downstream {

    private static final byte[] REQUEST =
            "GET /a HTTP/1.1\r\nHost: orders\r\nAccept: */*\r\n\r\n"
                    .getBytes(StandardCharsets.ISO_8859_1);

    private final Workspace workspace = new Workspace(FieldNames.standard(), HttpLimits.STANDARD);
    private final Http1Codec codec = Http1Codec.of(workspace);
    private final QuietObserver observer = new QuietObserver();
    private final DirectRig rig = new DirectRig(observer);
    private int completed;

    @Test
    void aRequestThatSucceedsMakesNoObjects() {
        long[] begun = new long[1];
        long bytes =
                GarbageProbe.bytes(
                        _ -> {
                            begun[0]++;
                            once();
                        },
                        GarbageProbe.CALLS - 1);

        assertThat(completed).isEqualTo((int) begun[0]);
        assertThat(observer.statuses).isEqualTo(200 * begun[0]);
        // What the filter makes once in thousands of requests is not a request's.
        assertThat(bytes).as("bytes of that many").isLessThan(GarbageProbe.CALLS);
    }

    private void once() {
        Head head = workspace.request();
        codec.requests().parse(REQUEST, 0, REQUEST.length, head);
        Exchange exchange = workspace.exchange();
        exchange.begin(this, Caller.UNKNOWN, head, BodyFraming.NONE, rig.nowNanos());
        rig.handler().handle(exchange, head);
        rig.answer();
    }

    @Override
    public void interim(Head head) {}

    @Override
    public void head(Head head, BodyFraming framing, byte[] in, int from, int to, boolean end) {}

    @Override
    public void data(byte[] in, int from, int to, boolean end) {}

    @Override
    public void trailers(Head fields) {}

    @Override
    public void refuse(LocalAnswer answer) {
        throw new AssertionError(answer.reason());
    }

    @Override
    public void abort(LocalAnswer cause) {
        throw new AssertionError("aborted");
    }

    @Override
    public void completed() {
        completed++;
    }

    @Override
    public void resumeRequest() {}

    /** Looks at what it is told and makes nothing of it. */
    private static final class QuietObserver implements Observer {

        private long statuses;

        @Override
        public void ended(RequestReport request) {
            statuses += request.status();
        }
    }
}
