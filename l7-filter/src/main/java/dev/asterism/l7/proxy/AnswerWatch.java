package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.Downstream;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.retry.RetryTrigger;
import org.jspecify.annotations.Nullable;

/** What is kept of an answer, or in place of one, until it is passed on. Used again and again. */
final class AnswerWatch {

    private static final int MOST_GRPC_STATUS = 1_000_000;
    private static final byte[] NOTHING = {};

    private final Head copy = new Head();
    private boolean held;
    private BodyFraming framing = BodyFraming.NONE;
    private boolean lacksBudget;
    private @Nullable LocalAnswer fault;
    private boolean endsFault;

    void clear() {
        held = false;
        lacksBudget = false;
        fault = null;
        endsFault = false;
    }

    /** -1: it has none. */
    static int grpcStatus(Head head) {
        int row = head.find(FieldNames.GRPC_STATUS);
        if (row < 0) {
            return -1;
        }
        long code = head.valueNumber(row);
        return code < 0 || code > MOST_GRPC_STATUS ? 2 : (int) code;
    }

    static RetryTrigger triggerOf(LocalAnswer cause) {
        if (cause.isUnconnected()) {
            return RetryTrigger.CONNECT;
        }
        return cause == LocalAnswer.UPSTREAM_REFUSED ? RetryTrigger.REFUSED : RetryTrigger.RESET;
    }

    // --- a head that waits for its trailers; only of HTTP/2 ---

    boolean isHeld() {
        return held;
    }

    void drop() {
        held = false;
    }

    /** Of an answer's head or its trailers. */
    static void copy(Head head, Head to) {
        to.clearForOwn();
        to.status(head.status());
        to.contentLength(head.contentLength());
        for (int row = 0; row < head.count(); row++) {
            int name = to.append(head.bytes(), head.nameAt(row), head.nameLength(row));
            int value = to.append(head.bytes(), head.valueAt(row), head.valueLength(row));
            to.add(name, head.nameLength(row), value, head.valueLength(row), head.id(row));
        }
    }

    void hold(Head head, BodyFraming bodyFraming) {
        copy(head, copy);
        framing = bodyFraming;
        held = true;
    }

    BodyFraming framing() {
        return framing;
    }

    void passOn(Downstream client) {
        held = false;
        client.head(copy, framing, NOTHING, 0, 0, false);
    }

    // --- why it is not repeated ---

    boolean lacksBudget() {
        return lacksBudget;
    }

    void lacksBudget(boolean on) {
        lacksBudget = on;
    }

    // --- a fault on purpose ---

    /** One is under way; {@code inPlace} is the answer after its delay, null: the request goes on. */
    void fault(@Nullable LocalAnswer inPlace) {
        fault = inPlace;
        endsFault = true;
    }

    @Nullable LocalAnswer fault() {
        return fault;
    }

    /** True once. */
    boolean endsFault() {
        boolean ends = endsFault;
        endsFault = false;
        return ends;
    }
}
