package dev.asterism.l7.config;

import dev.asterism.l7.health.HealthPolicy;
import dev.asterism.l7.health.HealthPolicy.Kind;
import dev.asterism.l7.health.OfferSpec;
import dev.asterism.l7.pool.PoolSpec;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.overlay.config.Section;
import dev.asterism.overlay.text.ServiceName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What services of this node tell others of themselves, and pools that go by what others tell. */
final class OfferReader {

    private static final List<String> KINDS = List.of("http", "tcp", "grpc");
    private static final int MOST_IN_A_ROW = 100;
    private static final int MOST_PATH = 1_024;
    private static final int MOST_GRPC_NAME = 127;
    private static final Duration LEAST_INTERVAL = Duration.ofMillis(100);
    private static final Duration MOST_INTERVAL = Duration.ofHours(1);

    private OfferReader() {}

    static OfferSpec offer(String name, FieldReader at) {
        boolean advertised = at.flag("advertise", false);
        if (advertised && !ServiceName.isName(name)) {
            at.section()
                    .error(
                            "advertise",
                            "the name `%s` cannot be advertised: a name has 1 to %d characters of A-Z a-z 0-9 . _ -"
                                    .formatted(name, ServiceName.MAX_NAME),
                            "rename the service");
        }
        for (String key : List.of("version", "weight", "health")) {
            if (at.has(key) && !advertised) {
                at.section()
                        .notice(
                                key,
                                key + " has no effect, as the service is not advertised",
                                "add advertise: true");
            }
        }
        return new OfferSpec(
                advertised && ServiceName.isName(name),
                at.value("version", "", OfferReader::version),
                at.integer("weight", 1, ServiceName.MAX_WEIGHT, 1),
                health(at));
    }

    private static String version(String text) {
        if (!ServiceName.isVersion(text)) {
            throw new IllegalArgumentException(
                    "`%s` is no version: a version has at most %d characters of A-Z a-z 0-9 . _ - +"
                            .formatted(text, ServiceName.MAX_VERSION));
        }
        return text;
    }

    private static HealthPolicy health(FieldReader serve) {
        HealthPolicy base = HealthPolicy.STANDARD;
        if (!serve.has("health")) {
            return base;
        }
        FieldReader at = serve.map("health");
        List<String> given = KINDS.stream().filter(at::has).toList();
        if (given.size() > 1) {
            at.section()
                    .error(
                            given.get(1),
                            "a check is one of http, tcp and grpc, not "
                                    + String.join(" and ", given),
                            "");
        }
        String key = given.isEmpty() ? "tcp" : given.getFirst();
        if (!at.flag("tcp", true)) {
            at.section().error("tcp", "tcp is true or absent", "http: /healthz");
        }
        Kind kind =
                switch (key) {
                    case "http" -> Kind.HTTP;
                    case "grpc" -> Kind.GRPC;
                    default -> Kind.TCP;
                };
        Duration every = interval(at, "every", base.every());
        Duration timeout = interval(at, "timeout", min(base.timeout(), every));
        if (timeout.compareTo(every) > 0) {
            at.section()
                    .error(
                            at.has("timeout") ? "timeout" : "every",
                            "health.timeout (%s) is longer than health.every (%s)"
                                    .formatted(Quantities.text(timeout), Quantities.text(every)),
                            "raise health.every or lower health.timeout");
        }
        return new HealthPolicy(
                kind,
                target(at, kind),
                every,
                timeout,
                at.integer("fall", 1, MOST_IN_A_ROW, base.fall()),
                at.integer("rise", 1, MOST_IN_A_ROW, base.rise()),
                serve.source("health"));
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static String target(FieldReader at, Kind kind) {
        return switch (kind) {
            case HTTP -> at.value("http", "/", OfferReader::path);
            case GRPC -> at.value("grpc", "", OfferReader::grpcName);
            case TCP -> "";
        };
    }

    private static String path(String text) {
        if (!text.matches("/[!-~]*") || text.length() > MOST_PATH || text.indexOf('#') >= 0) {
            throw new IllegalArgumentException("`%s` is no path such as /healthz".formatted(text));
        }
        return text;
    }

    private static String grpcName(String text) {
        if (text.length() > MOST_GRPC_NAME || !text.matches("[!-~]*")) {
            throw new IllegalArgumentException(
                    "`%s` is no name of a gRPC service such as shop.Catalog".formatted(text));
        }
        return text;
    }

    private static Duration interval(FieldReader at, String key, Duration byDefault) {
        return at.value(
                key,
                byDefault,
                text -> {
                    Duration value = Quantities.duration(text);
                    if (value.compareTo(LEAST_INTERVAL) < 0 || value.compareTo(MOST_INTERVAL) > 0) {
                        throw new IllegalArgumentException(
                                "`%s` is not 100ms to 1h".formatted(text));
                    }
                    return value;
                });
    }

    static PoolSpec pool(FieldReader at, String name, int port, String source) {
        String service =
                at.value(
                        "advertised",
                        name,
                        text -> {
                            if (!ServiceName.isName(text)) {
                                throw new IllegalArgumentException(
                                        "`%s` is no name of an advertised service".formatted(text));
                            }
                            return text;
                        });
        String version = at.value("version", "", OfferReader::version);
        return new PoolSpec.Advertised(service, version, port, source);
    }

    /** What one host may offer, and ask for. */
    static void check(Section l7, List<ServiceSpec> services) {
        Map<String, Section> written = l7.named("serve");
        int count = 0;
        int bytes = 0;
        for (ServiceSpec service : services) {
            Section section = written.get(service.name());
            boolean offers = service.direction() == ServiceSide.INBOUND;
            if (!offers || !service.offer().advertised() || section == null) {
                continue;
            }
            count++;
            bytes += service.name().length() + service.offer().version().length();
            if (count > ServiceName.MAX_SERVICES) {
                section.error(
                        "advertise",
                        "a host advertises at most %d services".formatted(ServiceName.MAX_SERVICES),
                        "");
            } else if (bytes > ServiceName.MAX_TEXT) {
                section.error(
                        "advertise",
                        "the names and versions of advertised services are longer than %d bytes together"
                                .formatted(ServiceName.MAX_TEXT),
                        "shorten them");
            }
        }
        checkWanted(l7, services);
    }

    private static void checkWanted(Section l7, List<ServiceSpec> services) {
        TreeSet<String> wanted = new TreeSet<>();
        for (ServiceSpec service : services) {
            for (PoolSpec pool : service.pools().values()) {
                boolean isNew =
                        pool instanceof PoolSpec.Advertised offer && wanted.add(offer.service());
                if (isNew && wanted.size() == ServiceName.MAX_WANTED + 1) {
                    l7.error(
                            "services",
                            "the pools ask for more than %d advertised services"
                                    .formatted(ServiceName.MAX_WANTED),
                            "use select for some of them");
                }
            }
        }
    }
}
