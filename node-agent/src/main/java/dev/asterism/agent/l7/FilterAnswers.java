package dev.asterism.agent.l7;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.asterism.agent.control.ControlFailure;
import dev.asterism.agent.control.FilterControl;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.pool.EndpointSet;
import dev.asterism.l7.runtime.RequestExplainer;
import dev.asterism.l7.runtime.RequestExplainer.Explanation;
import dev.asterism.l7.runtime.RequestExplainer.Header;
import dev.asterism.l7.runtime.RolloutRow;
import dev.asterism.l7.telemetry.StatWindow;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers what the control socket asks of the filter. Any thread. */
final class FilterAnswers implements FilterControl {

    private static final double HUNDREDTHS = 100;
    private static final double MICROS = 1e6;

    private final StatWindow window;
    private final Supplier<String> hash;
    private final Supplier<RequestExplainer> explainer;
    private final PeerNames peers;
    private final FilterTaps taps;
    private final ServicesBody services;
    private final Supplier<List<RolloutRow>> rollouts;

    /** Finds callers by what people call them. */
    @FunctionalInterface
    interface PeerNames {

        /** Null when nobody is called so. */
        @Nullable Caller caller(String nameOrAddress);
    }

    /**
     * @param hash of the configuration in force
     */
    FilterAnswers(
            StatWindow window,
            Supplier<String> hash,
            Supplier<RequestExplainer> explainer,
            PeerNames peers,
            Shown shown) {
        this.window = window;
        this.hash = hash;
        this.explainer = explainer;
        this.peers = peers;
        taps = shown.taps();
        services = shown.services();
        rollouts = shown.rollouts();
    }

    /**
     * What some questions are about.
     *
     * @param services writes what is known of advertised services
     * @param rollouts how far they are
     */
    record Shown(FilterTaps taps, ServicesBody services, Supplier<List<RolloutRow>> rollouts) {}

    /** Writes what is known of advertised services. */
    @FunctionalInterface
    interface ServicesBody {
        void write(JsonGenerator json) throws IOException;
    }

    @Override
    public void stat(JsonGenerator json) throws IOException {
        StatWindow.Table table = window.table(System.nanoTime());
        json.writeStringField("config", hash.get());
        json.writeNumberField("window_ms", table.nanos() / 1_000_000);
        json.writeArrayFieldStart("routes");
        for (StatWindow.Row row : table.rows()) {
            json.writeStartObject();
            json.writeStringField("dir", row.side().name().toLowerCase(Locale.ROOT));
            json.writeStringField("service", row.service());
            json.writeStringField("route", row.route());
            json.writeNumberField("requests", row.requests());
            json.writeNumberField("failed", row.failed());
            json.writeNumberField("p50_us", Math.round(row.p50() * MICROS));
            json.writeNumberField("p95_us", Math.round(row.p95() * MICROS));
            json.writeNumberField("p99_us", Math.round(row.p99() * MICROS));
            json.writeNumberField("retries", row.retries());
            json.writeNumberField("retries_refused", row.retriesRefused());
            json.writeNumberField("shed", row.shed());
            json.writeNumberField("shed_audit", row.shedInAudit());
            json.writeNumberField("ejected", row.ejected());
            json.writeNumberField("inflight", row.inFlight());
            json.writeEndObject();
        }
        json.writeEndArray();
        rollouts(json);
    }

    private void rollouts(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("rollouts");
        for (RolloutRow row : rollouts.get()) {
            json.writeStartObject();
            json.writeStringField("service", row.service());
            json.writeStringField("route", row.route());
            json.writeStringField("pool", row.pool());
            json.writeStringField("phase", row.state().phase().word());
            json.writeNumberField("step", row.state().step() + 1);
            json.writeNumberField("steps", row.steps());
            json.writeNumberField("percent", row.tenThousandths() / HUNDREDTHS);
            json.writeNumberField("requests", row.figures().requests());
            json.writeNumberField("success", row.figures().success());
            json.writeNumberField("p99_us", row.figures().p99Nanos() / 1_000);
            json.writeNumberField("next_ms", row.nextMillis());
            json.writeStringField("reason", row.state().reason());
            json.writeStringField("source", row.source());
            json.writeStringField("text", row.text());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    @Override
    public void explain(RequestQuestion asked, JsonGenerator json) throws IOException {
        String from = asked.from().isEmpty() ? "self" : asked.from();
        Explanation said = explanation(asked, from);
        json.writeBooleanField("passes", said.passes());
        json.writeStringField("answer", said.answer());
        json.writeStringField("request", asked.method() + " " + asked.url());
        json.writeStringField("from", from);
        json.writeStringField("service", said.service());
        texts(json, "authorisation", said.rules());
        json.writeStringField("route", said.route().isEmpty() ? "none" : said.route());
        texts(json, "routing", said.routing());
        texts(json, "notes", said.notes());
        if (said.policy() != null) {
            json.writeStringField("timeout", said.policy().timeout());
            json.writeStringField("retry", said.policy().retry());
            json.writeStringField("hedge", said.policy().hedge());
            json.writeStringField("limit", said.policy().limit());
            texts(json, "places", said.policy().places());
            json.writeStringField("policy_source", said.policy().source());
        }
        pools(json, said.pools());
    }

    @Override
    public void services(JsonGenerator json) throws IOException {
        services.write(json);
    }

    @Override
    public void tap(TapRequest asked, JsonGenerator json) throws IOException {
        taps.tap(asked, json);
    }

    private static void texts(JsonGenerator json, String name, List<String> texts)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    private static void pools(JsonGenerator json, List<RequestExplainer.PoolChoice> pools)
            throws IOException {
        json.writeArrayFieldStart("pools");
        for (RequestExplainer.PoolChoice pool : pools) {
            json.writeStartObject();
            json.writeStringField("name", pool.name());
            json.writeNumberField("percent", Math.round(pool.share()));
            json.writeArrayFieldStart("endpoints");
            for (EndpointSet.Entry entry : pool.endpoints().entries()) {
                json.writeStartObject();
                json.writeStringField("name", entry.name());
                json.writeStringField("address", text(entry.address()));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static String text(SocketAddress address) {
        return address instanceof InetSocketAddress tcp
                ? tcp.getAddress().getHostAddress() + ":" + tcp.getPort()
                : "unix:" + address;
    }

    private Explanation explanation(RequestQuestion asked, String from) {
        Caller caller = peers.caller(from);
        if (caller == null) {
            throw new ControlFailure(
                    ControlFailure.Code.NOT_FOUND,
                    "\"" + from + "\" is neither self nor a peer with a tunnel");
        }
        Place place = Place.of(asked.url());
        List<Header> headers = new ArrayList<>();
        String host = place.host();
        for (String header : asked.headers()) {
            int colon = header.indexOf(':');
            Header one =
                    new Header(
                            header.substring(0, Math.max(0, colon)).strip(),
                            header.substring(colon + 1).strip());
            if (one.name().equalsIgnoreCase("host")) {
                host = Place.withoutPort(one.value());
            } else {
                headers.add(one);
            }
        }
        Explanation said =
                explainer
                        .get()
                        .explain(
                                new RequestExplainer.Question(
                                        asked.service(),
                                        caller,
                                        asked.method(),
                                        host,
                                        place.target(),
                                        headers),
                                System.nanoTime());
        if (said == null) {
            throw new ControlFailure(
                    ControlFailure.Code.NOT_FOUND,
                    asked.service().isEmpty()
                            ? "the URL names no host: use --service"
                            : "no service is named \"" + asked.service() + "\"");
        }
        return said;
    }

    /** What a URL names. */
    private record Place(String host, String target) {

        static Place of(String url) {
            int scheme = url.indexOf("://");
            if (scheme < 0 && url.startsWith("/")) {
                return new Place("", url);
            }
            String rest = scheme < 0 ? url : url.substring(scheme + 3);
            int slash = rest.indexOf('/');
            return new Place(
                    withoutPort(slash < 0 ? rest : rest.substring(0, slash)),
                    slash < 0 ? "/" : rest.substring(slash));
        }

        static String withoutPort(String host) {
            int colon = host.lastIndexOf(':');
            return colon < 0 || host.endsWith("]") ? host : host.substring(0, colon);
        }
    }
}
