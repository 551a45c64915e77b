package dev.asterism.agent.l7;

import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.config.FilterConfig.Listen;
import dev.asterism.l7.config.PolicyText;
import java.util.List;
import java.util.Locale;

/** The values of the keys of {@code l7}, for the report of a reload and for the printed configuration. */
final class FilterValues {

    private FilterValues() {}

    static Object of(FilterConfig config, String key) {
        return switch (key) {
            case "enabled" -> config.enabled();
            case "on_failure" -> config.failsOpen() ? "open" : "closed";
            case "drain" -> config.drain();
            case "intercept.inbound" -> word(config.intercept().inbound());
            case "intercept.outbound" -> word(config.intercept().outbound());
            case "intercept.opaque" -> List.copyOf(config.intercept().opaque());
            case "intercept.detect_timeout" -> config.intercept().detectTimeout();
            case "listen" -> config.listen().stream().map(Listen::text).toList();
            case "admin" -> config.admin() == null ? "" : config.admin().text();
            case "threads" -> config.threads() == 0 ? "auto" : String.valueOf(config.threads());
            case "identity.headers" ->
                    List.of(config.identity().meshHeaders(), config.identity().xfcc());
            case "identity.label" -> word(config.identity().label());
            case "identity.label_groups" -> config.identity().labelGroups();
            case "log.access" -> config.log().file();
            case "log.sample" -> percent(config.log().sampleTenThousandths());
            case "log.redact" -> config.log().redact();
            case "trace.propagate" -> config.trace().propagates();
            case "trace.sample" ->
                    config.trace().begins() ? percent(config.trace().sampleTenThousandths()) : "";
            case "trace.spans" -> config.trace().logsSpans() ? "log" : "none";
            case "trace.otlp" -> config.trace().otlp();
            case "trace.rules" -> PolicyText.of(config.trace());
            default -> List.of(part(config.text(), key));
        };
    }

    private static String percent(int tenThousandths) {
        return tenThousandths % 100 == 0
                ? tenThousandths / 100 + "%"
                : tenThousandths / 100.0 + "%";
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** The lines below a key of the effective text. */
    private static String part(String text, String key) {
        int from = text.indexOf("\n  " + key + ":");
        int to = from + 1;
        do {
            to = text.indexOf('\n', to) + 1;
        } while (to > 0 && to < text.length() && text.startsWith("    ", to));
        return text.substring(from, to);
    }
}
