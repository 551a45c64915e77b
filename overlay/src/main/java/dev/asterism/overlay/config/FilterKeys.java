package dev.asterism.overlay.config;

import java.util.stream.Stream;

/**
 * The rows of {@code l7}, a part of {@link KnownKeys} in a file of its own. The small objects that stand under several
 * keys, such as {@code timeout}, are written once, with the default that holds when neither the service nor {@code
 * l7.defaults} names a value. Columns as in {@link KnownKeys}, without those that are the same for all: own, reload.
 */
final class FilterKeys {

    private static final String INHERITED = "(as in l7.defaults)";

    private static final String TOP =
            """
            l7.enabled | bool | false | run the L7 filter, see l7.md; without any other key it serves ports 80 and 8080
            l7.on_failure | one of open, closed | open | when the filter fails: `open` lets traffic go straight through, `closed` refuses it
            l7.drain | duration | 15s | when the agent stops: how long requests and connections that have begun may take before it closes its tunnels; 0: they are cut
            l7.intercept.inbound | one of tunnel, nft, off | tunnel | how connections to the ports under `serve` reach the filter
            l7.intercept.outbound | one of auto, nft, tunnel, off | auto | how connections to `services` reach the filter; `auto`: nft where it is allowed, else only by `listen`
            l7.intercept.opaque | list of int 1..65535 | [22, 25, 53, 3306, 5432, 6379] | ports whose bytes are carried unseen
            l7.intercept.detect_timeout | duration | 2s | after so long without a byte a connection is carried unseen
            l7.listen | list of text | [] | explicit listeners, `127.0.0.1:4140` or `unix:/run/l7.sock`; `Host` names the service
            l7.admin | host:port | | pages for operators, `127.0.0.1:4191`: `/ready`, `/metrics`, `/config`, `/stat`; loopback addresses only
            l7.threads | one of auto or int 1..64 | auto | event loops; `auto`: half the processors, 1 to 4
            l7.identity.headers | list of one of mesh, xfcc, none | [mesh] | who calls, in header fields for the application
            l7.identity.label | one of group, name, both | group | what metrics call a peer
            l7.identity.label_groups | list of text | [] | for a peer in several groups: the first of these is its label, else `multi`
            l7.log.access | text | | file of JSON lines, one for each request; without it none is written
            l7.log.sample | percent | 100% | share of the successful requests that is written; failures always are
            l7.log.redact | list of text | [authorization, cookie] | names of query parameters, and for `l7 tap` of header fields, whose values are not shown; the access log has no header fields
            l7.trace.propagate | bool | true | take away a bad `traceparent`, and give each request an `x-request-id`; `false`: both go on as they came
            l7.trace.sample | percent | (none begins) | begin a trace for requests that bring none, and mark this share of them as sampled
            l7.trace.spans | one of none, log | none | `log`: each request gets a span of its own, the parent of what the next one does, and the access log tells it
            l7.trace.otlp | text | | address of the collector that gets the spans of sampled traces by OTLP over HTTP, `http://127.0.0.1:4318`; empty: none
            l7.trace.rules | list | [] | for traces that begin here: the first rule that matches sets the sampled share, instead of `l7.trace.sample`
            l7.trace.rules[].from | selector | any | callers to whom the rule applies
            l7.trace.rules[].service | text | (any) | service to whose requests the rule applies, by name
            l7.trace.rules[].sample | percent | (required) | share of these traces that is sampled
            l7.include | list of text | [] | files with routes of the Gateway API (HTTPRoute, GRPCRoute), folders of such, or patterns such as `routes/*.yaml`; relative to the folder of the file that names them, see l7.md
            l7.defaults | map | {} | of every service, where it says nothing else
            l7.serve | map | {} | what this node offers, by name
            l7.serve.* | map | | one service that this node offers
            l7.services | map | {} | what this node calls, by name
            l7.services.* | map | | one service that this node calls
            """;

    private static final String SERVE =
            """
            port | int 1..65535 | (required) | on the overlay addresses of this node
            to | text | (required) | the application, `127.0.0.1:9090` or `unix:/run/app.sock`
            protocol | one of auto, http1, http2, grpc, tcp | auto | `auto`: what the client speaks is spoken to the application; `tcp`: bytes are carried unseen
            advertise | bool | false | advertise it to other nodes through the lighthouse; this node's certificate needs a group of the service's name
            version | text | | version of the application, by which callers can choose (`version` of a pool); up to 32 of `A-Z a-z 0-9 . _ - +`
            weight | int 1..1000 | 1 | an endpoint with twice the weight gets twice as many requests
            health | map | (tcp: true) | how this node checks its application, once for all callers; while it is unhealthy, callers use other nodes; needs `advertise`
            health.http | text | | path for a GET; an answer of 200 to 399 is a success
            health.tcp | bool | (true without http and grpc) | a connection that opens is a success
            health.grpc | text | | name of a service to ask `grpc.health.v1.Health/Check` for, may be empty; SERVING is a success
            health.every | duration | 2s | time from one check to the next, 100ms to 1h
            health.timeout | duration | 1s | how long a check waits for its answer, at most `every`
            health.fall | int 1..100 | 3 | failures in a row that make it unhealthy
            health.rise | int 1..100 | 2 | successes in a row that make it healthy again; the very first check decides alone
            mode | one of enforce, audit | enforce | `audit`: what `allow`, `deny`, `limit` and `overload` would refuse is counted and passes
            """;

    private static final String SERVICE =
            """
            hosts | list of text | (the name, and the name with .mesh) | values of `Host` that mean this service; `*.example.com` stands for every name that ends so, and a whole name wins over it
            port | int 1..65535 | (required) | on the overlay addresses of the endpoints
            protocol | one of auto, http1, http2, grpc, tcp | auto | `auto`: what the client speaks is spoken to the application; `tcp`: bytes are carried unseen
            pool | map | (select: group:NAME) | its endpoints
            pools | map | {} | several sets of endpoints, by name, for `routes`
            pools.* | map | | one set of endpoints
            """;

    private static final String POOL =
            """
            select | selector | | nodes with such certificates, `group:web & !group:web-next`
            advertised | text | | nodes that advertise this service through the lighthouse and have a group of its name; with stock lighthouses all of `group:NAME`
            version | text | | with `advertised`: only nodes that advertise this version
            dns | text | | name whose addresses are the endpoints
            static | list of text | [] | overlay addresses, with or without a port, `10.42.0.7:8080 weight 3`
            """;

    private static final String POLICIES =
            """
            balance | text | ewma | `ewma`, `least`, `round`, `hash:header:NAME`, `hash:peer`
            slow_start | duration | 30s | time in which an endpoint that is new or healthy again goes from a tenth of its share to all of it, up to 15m; 0: at once
            timeout | duration or map | {} | a single value means `request`
            retry | map | {} | which requests are sent again
            hedge | map | {} | second copies of requests that are answered late; without this map, here or in `l7.defaults`, there are none
            breaker | map | {} | when an endpoint gets no more requests
            max | map | {} | of each service, what may be under way
            """;

    private static final String TIMEOUT =
            """
            request | duration | 15s | from the request to the end of the response; 0: none
            try | duration | 0 | of one attempt; 0: none
            idle | duration | 5m | without a byte in either direction
            connect | duration | 1s | until an endpoint accepts
            """;

    /** The caller's filter has a time for the whole request, and a long download shall not end by itself. */
    private static final String SERVED_TIMEOUT =
            TIMEOUT.replace(
                    "response; 0: none",
                    "response; 0: none, as it is when l7.defaults.timeout says nothing");

    private static final String RETRY =
            """
            on | list of text | [connect, refused] | `connect`, `refused`, `reset`, `timeout`, `5xx`, a status such as 503, `grpc:unavailable`
            times | int 0..10 | 1 | after the first attempt
            methods | list of text | [GET, HEAD, OPTIONS, PUT, DELETE] | of which a request may be sent again once a server may have seen it; `any` for all
            backoff | duration range | 25ms..250ms | least and most, doubled each time, with full jitter
            body | size | 64KiB | largest request body that is kept for another attempt
            budget | map | {} | bound for all retries of a service
            budget.ratio | percent | 20% | retries for each request
            budget.floor | rate | 10/s | retries that are always allowed
            budget.window | duration | 10s | over which both are counted
            """;

    private static final String HEDGE =
            """
            after | text | p99 | how long the first endpoint has before the copy is sent: a quantile of the recent latencies, `p50` to `p99`, or a time such as `50ms`
            percent | percent | 1% | largest share of the requests that have a copy, 0% to 50%; each copy takes one from `retry.budget` too; 0%: none, also below, where no percent is written
            methods | list of text | [GET, HEAD, OPTIONS] | methods of requests that may have a copy; `any` for all
            """;

    private static final String BREAKER =
            """
            failures | int 0..1000 | 5 | failures in a row that eject an endpoint; 0: never
            success | percent | 80% | least share of successes
            window | duration | 10s | over which the share is counted
            samples | int 1..1000000 | 5 | requests in the window below which the share does not count
            eject | duration range | 1s..60s | for how long, the first time and at most
            max_ejected | percent | 50% | of the endpoints
            panic | percent | 50% | when fewer endpoints than this are left, all are used
            """;

    private static final String MAX =
            """
            connections | int 1..1000000 | 1024 | to one service
            pending | int 0..1000000 | 1024 | requests that wait for a connection
            requests | int 1..1000000 | 1024 | under way at one time
            wait | duration | 1s | for a connection
            """;

    private static final String LIMIT =
            """
            total | rate | | of all callers, `2000/s`, `100/s burst 200`
            per_peer | rate | | of each caller by the name in its certificate
            override | list | [] | other rates for some callers, the first that fits
            override[].from | selector | (required) | which callers
            override[].rate | rate | (required) | of each of them; `unlimited` for none
            """;

    private static final String RULE =
            """
            from | selector | any | the caller
            method | text or list of text | (all) | one or several methods
            path | text | | the whole path
            prefix | text | | whole segments at the start of the path
            regex | text | | RE2 over the whole path
            grpc | text | | `package.Service` or `package.Service/Method`
            host | text or list of text | (all) | `Host` without a port, `*.example.org` for all below
            """;

    private static final String ROUTE =
            """
            match | map | {} | all of it must fit; nothing fits everything
            match.path | text | | the whole path
            match.prefix | text | | whole segments at the start of the path
            match.regex | text | | RE2 over the whole path
            match.method | text or list of text | (all) | one or several methods
            match.header | map of text to text | {} | values of header fields; `*` for any value
            match.query | map of text to text | {} | values of query parameters; `*` for any value
            match.host | text or list of text | (all) | `Host` without a port, `*.example.org` for all below
            match.grpc | text | | `package.Service` or `package.Service/Method`
            match.from | selector | any | the caller
            set_headers | map of text to text | {} | header fields of the request that are set
            add_headers | map of text to text | {} | header fields of the request that are put beside those that it has
            remove_headers | list of text | [] | header fields of the request that are taken away
            response_headers | map of text to text | {} | header fields of the response that are set; an empty value takes one away
            add_response_headers | map of text to text | {} | header fields of the response that are put beside those that it has
            rewrite | map | {} | of the request
            rewrite.prefix | text | | instead of the prefix that matched
            rewrite.path | text | | the whole path
            rewrite.host | text | | value of `Host`
            redirect | map | {} | answered here
            redirect.code | int 301..308 | 302 | 301, 302, 303, 307 or 308
            redirect.host | text | | of the new place
            redirect.scheme | one of http, https | | of the new place
            redirect.port | int 1..65535 | (none) | of the new place
            redirect.path | text | | of the new place
            redirect.prefix | text | | of the new place, instead of the prefix that matched
            respond | map | {} | answered here
            respond.code | int 200..599 | 200 | of the answer
            respond.body | text | | of the answer
            fault | map | {} | for tests of callers
            fault.percent | percent | 100% | of the requests
            fault.delay | duration | 0 | before the request goes on
            fault.code | int 0..599 | 0 | answered instead; 0: none
            fault.grpc | text | | status of gRPC, `unavailable`, answered to gRPC requests instead
            fault.slow | size | 0 | of the response's body a second; 0: as fast as it comes
            fault.from | selector | any | whose requests
            timeout | duration or map | {} | a single value means `request`
            allow | list | [] | callers of this route
            deny | list | [] | callers that this route refuses
            limit | map | {} | rates of this route
            """;

    private static final String ROUTE_TO_POOLS =
            """
            to | text | (the pool of the service) | name of a pool
            split | map of text to int 0..1000000 | {} | weights of pools
            sticky | text | | `header:NAME`, `cookie:NAME` or `peer`: the same caller gets the same pool
            on_empty | one of fallback, fail | fallback | when the drawn pool has no live endpoint
            retry | map | {} | which requests are sent again
            hedge | map | {} | second copies of requests that are answered late; `percent: 0%` for none
            mirror | map | {} | copies of requests, whose answers are thrown away
            mirror.to | text | (required) | name of a pool
            mirror.percent | percent | 100% | of the requests
            rollout | map | {} | a pool whose share of the requests grows by steps while its answers stay good
            rollout.to | text | (required) | name of the pool that grows; it must not be in the route's `to` or `split`
            rollout.steps | list of text | [1, 5, 25, 100] | shares in percent, each larger than the one before
            rollout.every | duration | 10m | how long a step lasts at least, 1s to 30d
            rollout.abort_if | map | {} | when the roll-out stops and the pool gets no more requests
            rollout.abort_if.success_below | percent | 98% | stop when a smaller share of a step's answers are successes
            rollout.abort_if.p99_above | duration | 0 | stop when the p99 of the time to their heads is longer; 0: never
            rollout.abort_if.min_requests | int 1..1000000 | 100 | requests that a step needs before its answers are judged or the next step begins
            """;

    private FilterKeys() {}

    /** Rows as {@link KnownKeys#SUPPORTED} has them. */
    static Stream<String> lines() {
        String serve = "l7.serve.*.";
        String service = "l7.services.*.";
        return Stream.of(
                        TOP.lines(),
                        at("l7.defaults.", POLICIES),
                        policies("l7.defaults."),
                        at(serve, SERVE),
                        inherited(
                                serve,
                                "timeout | duration or map | {} | a single value means `request`"),
                        inherited(serve + "timeout.", SERVED_TIMEOUT),
                        inherited(serve, "max | map | {} | what may be under way"),
                        inherited(serve + "max.", MAX),
                        at(serve, ALLOW),
                        at(serve + "allow[].", RULE),
                        at(serve + "deny[].", RULE),
                        at(serve + "limit.", LIMIT),
                        at(serve + "overload.", OVERLOAD),
                        route(serve + "routes[]."),
                        at(serve + "routes[].", SERVED_ROUTE),
                        at(service, SERVICE),
                        at(service + "pool.", POOL),
                        at(service + "pools.*.", POOL),
                        inherited(service, POLICIES),
                        inheritedPolicies(service),
                        at(service, ROUTES),
                        route(service + "routes[]."),
                        at(service + "routes[].", ROUTE_TO_POOLS),
                        inherited(service + "routes[].retry.", RETRY),
                        inherited(service + "routes[].hedge.", HEDGE))
                .flatMap(lines -> lines);
    }

    private static final String ALLOW =
            """
            allow | list | [] | callers that are let in, any of these; none given: all
            deny | list | [] | callers that are refused, before `allow` is looked at
            limit | map | {} | rates of requests
            overload | map | {} | how many requests the application gets at once, found by its latency; without the map as many as `max.requests` says
            routes | list | [] | the first that matches; none: all requests go to the application
            """;

    private static final String OVERLOAD =
            """
            adaptive | bool | true | find the limit; `false`: only `max` holds
            least | int 1..1000000 | 4 | the limit never falls below it
            headroom | percent | 25% | how much slower than at its best the application may become
            wait | duration | 100ms | for a place; at most as long as `max.wait`
            classes | list | [] | classes of callers, the first that fits; others are `normal`
            classes[].from | selector | (required) | which callers
            classes[].class | one of batch, normal, critical | (required) | `batch` is shed first, `critical` last
            """;

    private static final String SERVED_ROUTE =
            """
            class | one of batch, normal, critical | (of the caller) | of its requests, when the service has `overload`
            """;

    private static final String ROUTES =
            """
            routes | list | [] | the first that matches; none: all requests go to the pool
            """;

    private static Stream<String> policies(String path) {
        return Stream.of(
                        at(path + "timeout.", TIMEOUT),
                        at(path + "retry.", RETRY),
                        at(path + "hedge.", HEDGE),
                        at(path + "breaker.", BREAKER),
                        at(path + "max.", MAX))
                .flatMap(lines -> lines);
    }

    private static Stream<String> inheritedPolicies(String path) {
        return Stream.of(
                        inherited(path + "timeout.", TIMEOUT),
                        inherited(path + "retry.", RETRY),
                        inherited(path + "hedge.", HEDGE),
                        inherited(path + "breaker.", BREAKER),
                        inherited(path + "max.", MAX))
                .flatMap(lines -> lines);
    }

    private static Stream<String> route(String path) {
        return Stream.of(
                        at(path, ROUTE),
                        inherited(path + "timeout.", TIMEOUT),
                        at(path + "allow[].", RULE),
                        at(path + "deny[].", RULE),
                        at(path + "limit.", LIMIT))
                .flatMap(lines -> lines);
    }

    private static Stream<String> at(String path, String rows) {
        return rows.lines().map(row -> path + row);
    }

    /** With words for a default: that of {@code l7.defaults} holds, or that of the service in a route. */
    private static Stream<String> inherited(String path, String rows) {
        String said = path.contains("routes[]") ? "(as in the service)" : INHERITED;
        return rows.lines()
                .map(
                        row -> {
                            String[] columns = row.split("\\|", -1);
                            columns[2] = " " + said + " ";
                            return path + String.join("|", columns);
                        });
    }
}
