package dev.asterism.agent.control;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/** What the control socket may ask of the L7 filter. Any thread. */
public interface FilterControl {

    /**
     * A request that nobody has sent.
     *
     * @param service by its name; empty: as the URL's host says
     * @param from the caller: the name or address of a peer, or {@code self}; empty means {@code self}
     * @param url with a host or without one
     * @param headers each as {@code name: value}
     */
    record RequestQuestion(
            String service, String from, String method, String url, List<String> headers) {

        public RequestQuestion {
            headers = List.copyOf(headers);
        }
    }

    /**
     * Which requests somebody wants to see while they happen; an empty text leaves it open.
     *
     * @param id of a tap that an answer named; empty: a new one, which the others describe
     * @param from a selector of callers
     * @param code codes of answers such as {@code 5xx,429}
     * @param fields with header fields
     * @param rate at most so many a second
     */
    record TapRequest(
            String id,
            String service,
            String from,
            String code,
            String route,
            boolean fields,
            String rate) {}

    /** Writes fields: the last seconds by service and route. */
    void stat(JsonGenerator json) throws IOException;

    /** Writes fields: what this node advertises, and who offers what it calls. */
    void services(JsonGenerator json) throws IOException;

    /**
     * Writes fields: what would become of a request, and why.
     *
     * @throws ControlFailure when there is no such service or peer, or the URL cannot be read
     */
    void explain(RequestQuestion question, JsonGenerator json) throws IOException;

    /**
     * Writes fields: the tap's id, and the requests that are over since it was asked last. Waits for one for half a
     * second at most. A tap that is not asked for five seconds is closed.
     *
     * @throws ControlFailure when there is no such service or tap, when the question cannot be read, or when there are
     *     too many taps
     */
    void tap(TapRequest asked, JsonGenerator json) throws IOException;
}
