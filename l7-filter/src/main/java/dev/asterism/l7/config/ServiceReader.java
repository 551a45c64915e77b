package dev.asterism.l7.config;

import dev.asterism.l7.authz.Authorizer;
import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.pool.PoolSpec;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.l7.proxy.TrafficPolicy;
import dev.asterism.l7.proxy.UpstreamPolicy;
import dev.asterism.l7.retry.RetryPolicy;
import dev.asterism.l7.retry.TimeoutPolicy;
import dev.asterism.l7.route.RouteSpec;
import dev.asterism.overlay.config.Section;
import dev.asterism.overlay.net.Ip;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** One entry of {@code serve} or of {@code services}. */
final class ServiceReader {

    /** What services speak, as a file writes it. */
    enum Spoken {
        AUTO,
        HTTP1,
        HTTP2,
        GRPC,
        TCP
    }

    private enum Mode {
        ENFORCE,
        AUDIT
    }

    /**
     * Only the caller's filter retries what the application has seen: retries at two hops would multiply. An inbound
     * request plan allows just those after a failed connect or on a kept connection that the application had closed.
     */
    private static final RetryPolicy UNSEEN_ONLY = RetryPolicy.STANDARD;

    private static final int LAST_PORT = 65_535;
    private static final int MOST_WEIGHT = 1_000;
    private static final String UNIX = "unix:";

    /** In UTF-8, of 108 bytes in a struct sockaddr_un, unix(7). */
    private static final int MOST_PATH_BYTES = 100;

    private static final List<String> SOURCES = List.of("select", "dns", "static", "advertised");

    private final TrafficPolicy traffic;
    private final UpstreamPolicy upstream;

    /**
     * @param traffic of {@code l7.defaults}
     * @param upstream of {@code l7.defaults}
     */
    ServiceReader(TrafficPolicy traffic, UpstreamPolicy upstream) {
        this.traffic = traffic;
        this.upstream = upstream;
    }

    /** The application on this host, as {@code serve} has it when a file has nothing. */
    ServiceSpec local(String name, int port, String source) {
        return new ServiceSpec(
                name,
                ServiceSide.INBOUND,
                List.of(),
                port,
                application(loopback(port), source),
                upstream,
                new TrafficPolicy(UNSEEN_ONLY, served(), traffic.limit()),
                List.of(),
                List.of(),
                AuthzSpec.NONE,
                source);
    }

    ServiceSpec serve(String name, Section section) {
        FieldReader at = new FieldReader(section);
        boolean audit = at.choice("mode", Mode.ENFORCE, Mode.values()) == Mode.AUDIT;
        AuthzSpec.Mode mode = audit ? AuthzSpec.Mode.AUDIT : AuthzSpec.Mode.ENFORCE;
        int port = port(at, name);
        SocketAddress to = at.value("to", loopback(port), ServiceReader::application);
        if (!at.has("to")) {
            section.error(
                    "to", name + " needs to: the application's address", "to: 127.0.0.1:9090");
        }
        TrafficPolicy own =
                new TrafficPolicy(
                        UNSEEN_ONLY,
                        PolicyReader.timeout(at, served()),
                        PolicyReader.limit(at, audit));
        RouteReader routes = new RouteReader(List.of(ServiceSpec.DEFAULT_POOL), own, mode);
        List<RouteSpec> read = withTheRest(routes.read(section), section);
        return new ServiceSpec(
                name,
                ServiceSide.INBOUND,
                List.of(),
                port,
                application(to, at.source("to")),
                new UpstreamPolicy(
                        upstream.balance(),
                        upstream.breaker(),
                        PolicyReader.max(at, upstream.max()),
                        protocol(at),
                        PolicyReader.overload(at, audit)),
                own,
                routes.policies(),
                read,
                rules(section, mode),
                OfferReader.offer(name, at),
                section.source("port"));
    }

    private static AuthzSpec rules(Section section, AuthzSpec.Mode mode) {
        AuthzSpec rules =
                new AuthzSpec(
                        mode,
                        MatchReader.rules(section, "deny"),
                        MatchReader.rules(section, "allow"));
        try {
            Authorizer.of(rules, FieldNames.with(Authorizer.fieldNames(rules)));
        } catch (IllegalArgumentException e) {
            section.error(
                    section.has("allow") ? "allow" : "deny", String.valueOf(e.getMessage()), "");
        }
        return rules;
    }

    /** What no route is about goes to the application all the same: routes here say how, not whether. */
    private static List<RouteSpec> withTheRest(List<RouteSpec> routes, Section section) {
        boolean complete =
                routes.isEmpty()
                        || routes.stream().anyMatch(route -> route.match().equals(MatchSpec.ALL));
        if (complete) {
            return routes;
        }
        List<RouteSpec> all = new ArrayList<>(routes);
        all.add(
                RouteSpec.named("rest", section.source("routes"))
                        .to(ServiceSpec.DEFAULT_POOL)
                        .build());
        return all;
    }

    /** A request to the application has no end but that of its caller, unless the file says one. */
    private TimeoutPolicy served() {
        TimeoutPolicy all = traffic.timeout();
        return all.source().isEmpty() ? all.withRequest(Duration.ZERO) : all;
    }

    ServiceSpec service(String name, Section section) {
        FieldReader at = new FieldReader(section);
        int port = port(at, name);
        SequencedMap<String, PoolSpec> pools = pools(at, name, port);
        TrafficPolicy own =
                new TrafficPolicy(
                        PolicyReader.retry(at, traffic.retry()),
                        PolicyReader.hedge(at, traffic.hedge()),
                        PolicyReader.timeout(at, traffic.timeout()),
                        traffic.limit());
        RouteReader routes =
                new RouteReader(List.copyOf(pools.sequencedKeySet()), own, AuthzSpec.Mode.ENFORCE);
        var read = routes.read(section);
        return new ServiceSpec(
                name,
                ServiceSide.OUTBOUND,
                MatchReader.hosts(section, "hosts"),
                port,
                pools,
                new UpstreamPolicy(
                        PolicyReader.balance(at, upstream.balance()),
                        PolicyReader.breaker(at, upstream.breaker()),
                        PolicyReader.max(at, upstream.max()),
                        protocol(at)),
                own,
                routes.policies(),
                read,
                AuthzSpec.NONE,
                section.source("port"));
    }

    private static int port(FieldReader at, String name) {
        if (!at.has("port")) {
            at.section().error("port", name + " needs a port", "port: 8080");
        }
        return at.integer("port", 1, LAST_PORT, 1);
    }

    private static UpstreamPolicy.Protocol protocol(FieldReader at) {
        return switch (spoken(at)) {
            case AUTO, TCP -> UpstreamPolicy.Protocol.AUTO;
            case HTTP1 -> UpstreamPolicy.Protocol.HTTP_1;
            case HTTP2, GRPC -> UpstreamPolicy.Protocol.HTTP_2;
        };
    }

    static Spoken spoken(FieldReader at) {
        return at.choice("protocol", Spoken.AUTO, Spoken.values());
    }

    private static SequencedMap<String, PoolSpec> application(
            SocketAddress address, String source) {
        SequencedMap<String, PoolSpec> pools = new LinkedHashMap<>();
        PoolSpec.Target target = new PoolSpec.Target(address, 1);
        pools.put(ServiceSpec.DEFAULT_POOL, new PoolSpec.Static(List.of(target), source));
        return pools;
    }

    private static SequencedMap<String, PoolSpec> pools(FieldReader at, String name, int port) {
        Section section = at.section();
        SequencedMap<String, PoolSpec> pools = new LinkedHashMap<>();
        section.named("pools")
                .forEach(
                        (pool, where) -> pools.put(pool, pool(new FieldReader(where), pool, port)));
        if (section.has("pool") && !pools.isEmpty()) {
            section.error("pool", "pool and pools stand side by side", "put it under pools");
        } else if (pools.isEmpty()) {
            pools.put(ServiceSpec.DEFAULT_POOL, pool(at.map("pool"), name, port));
        }
        return pools;
    }

    private static PoolSpec pool(FieldReader at, String name, int port) {
        List<String> given = SOURCES.stream().filter(at::has).toList();
        String key = given.isEmpty() ? "select" : given.getFirst();
        if (given.size() > 1) {
            at.section()
                    .error(
                            given.get(1),
                            "a pool has one of select, advertised, dns and static, not "
                                    + String.join(" and ", given),
                            "");
        }
        if (at.has("version") && !key.equals("advertised")) {
            at.section()
                    .error(
                            "version",
                            "only advertised services have a version",
                            "add advertised: " + name);
        }
        String source = at.source(key);
        return switch (key) {
            case "dns" ->
                    new PoolSpec.Dns(at.value("dns", "", ServiceReader::hostName), port, source);
            case "static" -> new PoolSpec.Static(targets(at, port), source);
            case "advertised" -> OfferReader.pool(at, name, port, source);
            default -> new PoolSpec.Select(at.selector("select", ofGroup(name)), port, source);
        };
    }

    private static Selector ofGroup(String name) {
        return new Selector(List.of(new Selector.Term(false, Selector.Kind.GROUP, name)));
    }

    private static String hostName(String text) {
        String host = text.toLowerCase(Locale.ROOT);
        if (!host.matches("[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\\.?")) {
            throw new IllegalArgumentException("`%s` is no name of a host".formatted(text));
        }
        return host;
    }

    private static List<PoolSpec.Target> targets(FieldReader at, int port) {
        List<PoolSpec.Target> targets = new ArrayList<>();
        List<String> words = at.section().words("static");
        for (int i = 0; i < words.size(); i++) {
            try {
                targets.add(target(words.get(i), port));
            } catch (IllegalArgumentException e) {
                String hint = "names go under dns";
                at.section().error("static", i, String.valueOf(e.getMessage()), hint);
            }
        }
        return targets;
    }

    /** As {@code 10.42.0.7:8080} or {@code 10.42.0.7:8080 weight 3}. */
    private static PoolSpec.Target target(String text, int port) {
        String[] words = text.strip().split("\\s+", -1);
        if (words.length == 1) {
            return new PoolSpec.Target(address(words[0], port), 1);
        }
        boolean weighs = words.length == 3 && words[1].equals("weight");
        int weight = weighs && words[2].matches("[0-9]{1,4}") ? Integer.parseInt(words[2]) : 0;
        if (weight < 1 || weight > MOST_WEIGHT) {
            throw new IllegalArgumentException(
                    "`%s` is no address such as 10.42.0.7:8080, nor one with `weight 1` to `weight %d`"
                            .formatted(text, MOST_WEIGHT));
        }
        return new PoolSpec.Target(address(words[0], port), weight);
    }

    /** An address with a port, or the path of a Unix socket. */
    private static SocketAddress application(String text) {
        String path = unixPath(text);
        return path == null ? address(text, 0) : UnixDomainSocketAddress.of(path);
    }

    /** Behind {@code unix:}; null: it is no Unix socket. */
    static @Nullable String unixPath(String text) {
        if (!text.startsWith(UNIX)) {
            return null;
        }
        String path = text.substring(UNIX.length());
        if (path.isEmpty() || path.getBytes(StandardCharsets.UTF_8).length > MOST_PATH_BYTES) {
            throw new IllegalArgumentException("the path of a Unix socket has 1 to 100 bytes");
        }
        return path;
    }

    /**
     * An address with a port.
     *
     * @param port that holds without one; 0: there must be one
     */
    static InetSocketAddress address(String text, int port) {
        int colon = text.lastIndexOf(':');
        boolean bare = Ip.parse(text) != null;
        String host = bare || colon < 0 ? text : text.substring(0, colon);
        String digits = bare || colon < 0 ? String.valueOf(port) : text.substring(colon + 1);
        boolean brackets = host.startsWith("[") && host.endsWith("]");
        String plain = brackets ? host.substring(1, host.length() - 1) : host;
        Ip ip = Ip.parse(plain.equals("localhost") ? "127.0.0.1" : plain);
        if (ip == null || !digits.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException(
                    "`%s` is no address with a port such as 127.0.0.1:9090".formatted(text));
        }
        int number = Integer.parseInt(digits);
        if (number < 1 || number > LAST_PORT) {
            throw new IllegalArgumentException("`%s` has no port of 1 to 65535".formatted(text));
        }
        return new InetSocketAddress(inet(ip), number);
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(inet(Ip.of("127.0.0.1")), port);
    }

    private static InetAddress inet(Ip ip) {
        try {
            return InetAddress.getByAddress(ip.toBytes());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }
}
