package dev.asterism.l7.config;

import dev.asterism.l7.config.FilterConfig.AccessLogging;
import dev.asterism.l7.config.FilterConfig.Identity;
import dev.asterism.l7.config.FilterConfig.Intercept;
import dev.asterism.l7.config.FilterConfig.Interception;
import dev.asterism.l7.config.FilterConfig.Listen;
import dev.asterism.l7.config.FilterConfig.Listening;
import dev.asterism.l7.config.FilterConfig.PeerLabel;
import dev.asterism.l7.limit.RatePolicy;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.l7.proxy.TrafficPolicy;
import dev.asterism.l7.proxy.UpstreamPolicy;
import dev.asterism.l7.retry.HedgePolicy;
import dev.asterism.overlay.config.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the section {@code l7}; what is wrong with it is told to the section, and a value comes out all the same. */
public final class FilterReader {

    private static final List<Integer> OPAQUE = List.of(22, 25, 53, 3306, 5432, 6379);
    private static final List<Integer> USUAL_PORTS = List.of(80, 8080);
    private static final int MOST_THREADS = 64;
    private static final int ALL = 10_000;

    /** As long as a call takes at most, unless the file says otherwise. */
    private static final Duration DRAIN = Duration.ofSeconds(15);

    private final FieldReader l7;

    private FilterReader(Section section) {
        this.l7 = new FieldReader(section);
    }

    /** The section and all below it. */
    public static FilterConfig read(Section section) {
        return new FilterReader(section).read();
    }

    private enum Failure {
        OPEN,
        CLOSED
    }

    private FilterConfig read() {
        Set<Integer> opaque = new LinkedHashSet<>();
        List<ServiceSpec> services = services(opaque);
        Intercept intercept = intercept(opaque);
        List<Listen> listen = listen();
        FilterChecks checks = new FilterChecks(l7.section());
        checks.check(services, listen);
        AccessLogging log = log();
        FilterConfig config =
                new FilterConfig(
                        l7.flag("enabled", false),
                        l7.choice("on_failure", Failure.OPEN, Failure.values()) == Failure.OPEN,
                        l7.duration("drain", DRAIN),
                        intercept,
                        new Listening(listen, admin(listen)),
                        threads(),
                        identity(),
                        log,
                        TraceReader.read(l7.map("trace"), log),
                        services,
                        checks.namedGroups(),
                        "",
                        "");
        return EffectiveText.withText(config);
    }

    private List<ServiceSpec> services(Set<Integer> opaque) {
        FieldReader defaults = l7.map("defaults");
        ServiceReader reader =
                new ServiceReader(
                        new TrafficPolicy(
                                PolicyReader.retry(defaults, TrafficPolicy.STANDARD.retry()),
                                PolicyReader.hedge(defaults, HedgePolicy.NONE),
                                PolicyReader.timeout(defaults, TrafficPolicy.STANDARD.timeout()),
                                RatePolicy.NONE),
                        new UpstreamPolicy(
                                PolicyReader.balance(defaults, UpstreamPolicy.STANDARD.balance()),
                                PolicyReader.breaker(defaults, UpstreamPolicy.STANDARD.breaker()),
                                PolicyReader.max(defaults, UpstreamPolicy.STANDARD.max()),
                                UpstreamPolicy.Protocol.AUTO));
        List<ServiceSpec> services = new ArrayList<>();
        Section section = l7.section();
        section.named("serve")
                .forEach(
                        (name, serve) -> {
                            services.add(reader.serve(name, serve));
                            addOpaque(serve, services.getLast(), opaque);
                        });
        section.named("services")
                .forEach(
                        (name, service) -> {
                            services.add(reader.service(name, service));
                            addOpaque(service, services.getLast(), opaque);
                        });
        if (!section.has("serve") && !section.has("services")) {
            USUAL_PORTS.forEach(
                    port ->
                            services.add(
                                    reader.local("http-" + port, port, section.source("enabled"))));
        }
        return services;
    }

    private static void addOpaque(Section section, ServiceSpec service, Set<Integer> opaque) {
        if (ServiceReader.spoken(new FieldReader(section)) == ServiceReader.Spoken.TCP) {
            opaque.add(service.port());
        }
    }

    private Intercept intercept(Set<Integer> ofServices) {
        FieldReader intercept = l7.map("intercept");
        Set<Integer> opaque = new LinkedHashSet<>();
        if (intercept.has("opaque")) {
            List<String> words = intercept.section().words("opaque");
            for (int i = 0; i < words.size(); i++) {
                String word = words.get(i);
                int port = word.matches("[0-9]{1,5}") ? Integer.parseInt(word) : 0;
                if (port < 1 || port > 65_535) {
                    intercept
                            .section()
                            .error(
                                    "opaque",
                                    i,
                                    "`%s` is no port of 1 to 65535".formatted(word),
                                    "");
                } else {
                    opaque.add(port);
                }
            }
        } else {
            opaque.addAll(OPAQUE);
        }
        opaque.addAll(ofServices);
        Interception inbound =
                intercept.choice("inbound", Interception.TUNNEL, Interception.values());
        if (inbound == Interception.AUTO) {
            intercept.section().error("inbound", "`auto` is none of tunnel, nft, off", "");
        }
        if (inbound == Interception.NFT) {
            String message = "`nft` is not built yet: `tunnel` is used";
            intercept.section().notice("inbound", message, "");
        }
        Interception outbound =
                intercept.choice("outbound", Interception.AUTO, Interception.values());
        if (outbound == Interception.TUNNEL) {
            String message = "`tunnel` is not built yet: only what is under l7.listen is served";
            intercept.section().notice("outbound", message, "");
        }
        return new Intercept(
                inbound,
                outbound,
                opaque,
                intercept.duration("detect_timeout", Duration.ofSeconds(2)));
    }

    private List<Listen> listen() {
        List<Listen> listen = new ArrayList<>();
        List<String> words = l7.section().words("listen");
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            try {
                Listen one = listen(word);
                if (listen.contains(one)) {
                    throw new IllegalArgumentException("`%s` stands there twice".formatted(word));
                }
                listen.add(one);
            } catch (IllegalArgumentException e) {
                l7.section().error("listen", i, String.valueOf(e.getMessage()), "");
            }
        }
        return listen;
    }

    private static Listen listen(String word) {
        String path = ServiceReader.unixPath(word);
        return path == null
                ? new Listen.Tcp(ServiceReader.address(word, 0), word)
                : new Listen.Unix(path, word);
    }

    /** The address of the admin pages: only programs on this machine reach it. Null: there are none. */
    private Listen.@Nullable Tcp admin(List<Listen> listen) {
        String text = l7.section().written("admin");
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return admin(text, listen);
        } catch (IllegalArgumentException e) {
            l7.section().error("admin", String.valueOf(e.getMessage()), "");
            return null;
        }
    }

    private static Listen.Tcp admin(String text, List<Listen> listen) {
        if (text.startsWith("unix:")) {
            throw new IllegalArgumentException(
                    "there are no admin pages at a path: the control socket answers `asterism l7 stat`");
        }
        Listen.Tcp at = new Listen.Tcp(ServiceReader.address(text, 0), text);
        if (!at.address().getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "`%s` can be reached from other machines: take 127.0.0.1 or [::1]"
                            .formatted(text));
        }
        boolean taken =
                listen.stream()
                        .anyMatch(
                                other ->
                                        other instanceof Listen.Tcp tcp
                                                && tcp.address().equals(at.address()));
        if (taken) {
            throw new IllegalArgumentException("`%s` is an address of listen too".formatted(text));
        }
        return at;
    }

    private int threads() {
        return "auto".equals(l7.section().written("threads"))
                ? 0
                : l7.integer("threads", 1, MOST_THREADS, 0);
    }

    private Identity identity() {
        FieldReader identity = l7.map("identity");
        List<String> headers = identity.words("headers", List.of("mesh"));
        for (int i = 0; i < headers.size(); i++) {
            if (!List.of("mesh", "xfcc", "none").contains(headers.get(i))) {
                String message = "`%s` is none of mesh, xfcc, none".formatted(headers.get(i));
                identity.section().error("headers", i, message, "");
            }
        }
        if (headers.contains("none") && headers.size() > 1) {
            identity.section().error("headers", "none stands beside others", "");
        }
        return new Identity(
                headers.contains("mesh"),
                headers.contains("xfcc"),
                identity.choice("label", PeerLabel.GROUP, PeerLabel.values()),
                identity.section().words("label_groups"));
    }

    private AccessLogging log() {
        FieldReader log = l7.map("log");
        String file = log.has("access") ? log.section().written("access") : "";
        return new AccessLogging(
                file == null ? "" : file,
                log.value("sample", ALL, Quantities::tenThousandths),
                lower(log.words("redact", List.of("authorization", "cookie"))));
    }

    private static List<String> lower(List<String> words) {
        return words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
    }
}
