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

    /** Writes fields: the last seconds by service and route. */
    void stat(JsonGenerator json) throws IOException;

    /**
     * Writes fields: what would become of a request, and why.
     *
     * @throws ControlFailure when there is no such service or peer, or the URL cannot be read
     */
    void explain(RequestQuestion question, JsonGenerator json) throws IOException;
}
