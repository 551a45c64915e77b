package dev.asterism.l7.config;

import dev.asterism.l7.config.FilterConfig.Interception;
import dev.asterism.l7.config.FilterConfig.Listen;
import dev.asterism.l7.identity.TracePolicy;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.proxy.ServiceSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code l7} with every value in force, as YAML. Read again, the text gives the same configuration; what
 * {@code l7.defaults} says stands in each service.
 */
public final class EffectiveText {

    private static final int HASH_BYTES = 6;

    private final StringBuilder out = new StringBuilder();
    private final FilterConfig config;
    private final boolean hides;

    private EffectiveText(FilterConfig config, boolean hides) {
        this.config = config;
        this.hides = hides;
    }

    /**
     * As {@code FilterConfig.text}, but with {@code (hidden)} for values of header fields and query
     * parameters and for bodies.
     */
    public static String shown(FilterConfig config) {
        return new EffectiveText(config, true).write();
    }

    /** The same with its text and the hash of it. */
    static FilterConfig withText(FilterConfig config) {
        String text = new EffectiveText(config, false).write();
        return new FilterConfig(
                config.enabled(),
                config.failsOpen(),
                config.drain(),
                config.intercept(),
                config.listening(),
                config.threads(),
                config.identity(),
                config.log(),
                config.trace(),
                config.services(),
                config.namedGroups(),
                text,
                hash(text));
    }

    private static String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private String write() {
        line(0, "l7:");
        line(1, "enabled: " + config.enabled());
        line(1, "on_failure: " + (config.failsOpen() ? "open" : "closed"));
        line(1, "drain: " + Quantities.text(config.drain()));
        intercept();
        List<String> listen =
                config.listen().stream().map(Listen::text).map(PolicyText::quoted).toList();
        line(1, "listen: " + listen);
        line(1, "admin: " + PolicyText.quoted(admin(config.admin())));
        line(1, "threads: " + (config.threads() == 0 ? "auto" : config.threads()));
        identity();
        line(
                1,
                "log: {access: %s, sample: %s, redact: %s}"
                        .formatted(
                                PolicyText.quoted(config.log().file()),
                                Quantities.percent(config.log().sampleTenThousandths() / 10_000.0),
                                PolicyText.list(config.log().redact())));
        trace();
        services("serve", ServiceSide.INBOUND);
        services("services", ServiceSide.OUTBOUND);
        return out.toString();
    }

    private void intercept() {
        line(
                1,
                "intercept: {inbound: %s, outbound: %s, opaque: %s, detect_timeout: %s}"
                        .formatted(
                                word(config.intercept().inbound()),
                                word(config.intercept().outbound()),
                                config.intercept().opaque(),
                                Quantities.text(config.intercept().detectTimeout())));
    }

    private static String word(Interception way) {
        return way.name().toLowerCase(Locale.ROOT);
    }

    private static String admin(Listen.@Nullable Tcp admin) {
        return admin == null ? "" : admin.text();
    }

    private void trace() {
        TracePolicy trace = config.trace();
        String sample =
                trace.begins()
                        ? "sample: "
                                + Quantities.percent(trace.sampleTenThousandths() / 10_000.0)
                                + ", "
                        : "";
        line(
                1,
                "trace: {propagate: %s, %sspans: %s, otlp: %s, rules: %s}"
                        .formatted(
                                trace.propagates(),
                                sample,
                                trace.logsSpans() ? "log" : "none",
                                PolicyText.quoted(trace.otlp()),
                                PolicyText.of(trace)));
    }

    private void identity() {
        List<String> headers = new ArrayList<>();
        if (config.identity().meshHeaders()) {
            headers.add("mesh");
        }
        if (config.identity().xfcc()) {
            headers.add("xfcc");
        }
        line(
                1,
                "identity: {headers: %s, label: %s, label_groups: %s}"
                        .formatted(
                                headers.isEmpty() ? List.of("none") : headers,
                                config.identity().label().name().toLowerCase(Locale.ROOT),
                                PolicyText.list(config.identity().labelGroups())));
    }

    private void services(String key, ServiceSide direction) {
        List<ServiceSpec> services =
                config.services().stream().filter(s -> s.direction() == direction).toList();
        if (services.isEmpty()) {
            line(1, key + ": {}");
            return;
        }
        line(1, key + ":");
        for (ServiceSpec service : services) {
            line(2, PolicyText.quoted(service.name()) + ":");
            new ServiceText(service, hides).lines().forEach(text -> line(3, text));
        }
    }

    private void line(int depth, String text) {
        out.repeat("  ", depth).append(text).append('\n');
    }
}
