package dev.asterism.l7.exchange;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HttpLimits;
import java.util.ArrayList;

/**
 * What the protocol machines of one loop share because each needs it only during a call: heads, scratch for composed
 * heads, and the exchanges that are not in use. Belongs to one loop's thread.
 */
public final class Workspace {

    private static final int KEPT_EXCHANGES = 256;

    private final FieldNames names;
    private final HttpLimits limits;
    private final Head request = new Head();
    private final Head answer = new Head();
    private final Head trailers = new Head();
    private final ArrayList<Exchange> exchanges = new ArrayList<>();
    private byte[] scratch = new byte[16 << 10];

    public Workspace(FieldNames names, HttpLimits limits) {
        this.names = names;
        this.limits = limits;
    }

    public FieldNames names() {
        return names;
    }

    public HttpLimits limits() {
        return limits;
    }

    public Head request() {
        return request;
    }

    public Head answer() {
        return answer;
    }

    public Head trailers() {
        return trailers;
    }

    /** Of at least so many bytes, with anything in it. */
    public byte[] scratch(int bytes) {
        if (scratch.length < bytes) {
            scratch = new byte[Integer.highestOneBit(bytes) << 1];
        }
        return scratch;
    }

    public Exchange exchange() {
        return exchanges.isEmpty() ? new Exchange(this) : exchanges.removeLast();
    }

    void recycle(Exchange exchange) {
        if (exchanges.size() < KEPT_EXCHANGES) {
            exchanges.add(exchange);
        }
    }
}
