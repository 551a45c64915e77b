package dev.asterism.agent.l7;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.asterism.agent.control.FilterControl;
import dev.asterism.agent.metrics.FamilyText;
import dev.asterism.agent.metrics.LabelledFamily;
import dev.asterism.agent.metrics.PageServer;
import dev.asterism.agent.metrics.PageServer.Page;
import dev.asterism.l7.config.FilterConfig.Listen;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code l7.admin}: the state of the filter for operators. Any program on this machine may read the
 * pages, so they change nothing and show nothing that may be a secret. Without an address no
 * library for them is loaded. {@link #listen} and {@link #close} by the main thread; pages by any.
 */
final class AdminPages implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");
    private static final String INDEX =
            """
            /ready    200 when the filter serves, else 503 and why not
            /metrics  its series for Prometheus
            /config   the section l7 in force; values of header fields are not shown
            /stat     the last ten seconds by service and route, as JSON
            """;

    private final LoopSigns loops;
    private final Supplier<List<LabelledFamily>> families;
    private final Supplier<String> config;
    private final FilterControl answers;
    private Listen.@Nullable Tcp place;
    private @Nullable PageServer server;
    private volatile boolean draining;

    /**
     * @param config the section in force, without secrets
     */
    AdminPages(
            LoopSigns loops,
            Supplier<List<LabelledFamily>> families,
            Supplier<String> config,
            FilterControl answers) {
        this.loops = loops;
        this.families = families;
        this.config = config;
        this.answers = answers;
    }

    /**
     * Moves to another address; null: to none. If it cannot be had, a warning says so, and the
     * filter goes on without.
     */
    void listen(Listen.@Nullable Tcp wanted) {
        if (server != null && place != null && place.equals(wanted)) {
            return;
        }
        close();
        place = wanted;
        if (wanted == null) {
            return;
        }
        try {
            server = new PageServer(wanted.address(), "l7-admin", this::page);
        } catch (IOException e) {
            LOG.atWarn()
                    .setMessage("L7 admin pages are not served; a reload tries again")
                    .addKeyValue("address", wanted.text())
                    .addKeyValue("error", String.valueOf(e.getMessage()))
                    .log();
        }
    }

    Page page(String path, String accept) throws IOException {
        return switch (path) {
            case "/" -> Page.text(200, INDEX);
            case "/ready" -> ready();
            case "/metrics" -> new FamilyText(families).page(accept);
            case "/config" -> Page.text(200, config.get());
            case "/stat" -> stat();
            default -> Page.text(404, "Not found. There are:\n" + INDEX);
        };
    }

    private Page ready() {
        if (draining) {
            return Page.text(503, "not ready: the filter is stopping\n");
        }
        int silent = loops.silent();
        return silent == 0
                ? Page.text(200, "ready\n")
                : Page.text(
                        503,
                        "not ready: %d of %d loops give no sign of life\n"
                                .formatted(silent, loops.count()));
    }

    private Page stat() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            answers.stat(json);
            json.writeEndObject();
        }
        return Page.of(200, "application/json", out.toString(StandardCharsets.UTF_8));
    }

    /** Nothing new is taken from now on. */
    void drain() {
        draining = true;
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
            server = null;
        }
    }
}
