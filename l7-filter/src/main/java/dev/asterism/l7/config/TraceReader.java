package dev.asterism.l7.config;

import dev.asterism.l7.config.FilterConfig.AccessLogging;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.identity.TracePolicy;
import dev.asterism.overlay.config.Section;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

/** What becomes of traces. */
final class TraceReader {

    private TraceReader() {}

    private enum Spans {
        NONE,
        LOG
    }

    /**
     * @param log where spans may be written
     */
    static TracePolicy read(FieldReader trace, AccessLogging log) {
        boolean logs = trace.choice("spans", Spans.NONE, Spans.values()) == Spans.LOG;
        if (logs && log.file().isEmpty()) {
            String message = "spans are written to the access log, which is off";
            trace.section().notice("spans", message, "set l7.log.access");
        }
        boolean propagates = trace.flag("propagate", true);
        String otlp = trace.value("otlp", "", TraceReader::collector);
        List<TracePolicy.Rule> rules = new ArrayList<>();
        for (Section item : trace.section().sections("rules")) {
            rules.add(rule(new FieldReader(item)));
        }
        if (!propagates && !(otlp.isEmpty() && rules.isEmpty())) {
            trace.section()
                    .error(
                            otlp.isEmpty() ? "rules" : "otlp",
                            "trace.propagate is false, so traces are not looked at",
                            "remove this key, or trace.propagate");
        }
        return new TracePolicy(
                propagates,
                trace.value("sample", TracePolicy.BEGINS_NONE, Quantities::tenThousandths),
                logs,
                propagates ? otlp : "",
                rules);
    }

    private static TracePolicy.Rule rule(FieldReader rule) {
        if (!rule.has("sample")) {
            rule.section().error("sample", "a rule needs sample: a share", "sample: 10%");
        }
        return new TracePolicy.Rule(
                rule.selector("from", Selector.ANY),
                rule.value("service", "", text -> text),
                rule.value("sample", 0, Quantities::tenThousandths));
    }

    /** Scheme, host and port; the path is OTLP's own. */
    private static String collector(String text) {
        if (text.isEmpty()) {
            return "";
        }
        try {
            URI uri = new URI(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean bare = uri.getPath() == null || uri.getPath().matches("/?");
            if (http && uri.getHost() != null && bare && uri.getUserInfo() == null) {
                return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
            }
        } catch (URISyntaxException e) {
            // as below
        }
        throw new IllegalArgumentException(
                "`%s` is not the address of a collector such as http://127.0.0.1:4318; the filter adds the path /v1/traces"
                        .formatted(text));
    }
}
