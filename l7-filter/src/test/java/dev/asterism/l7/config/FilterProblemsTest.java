package dev.asterism.l7.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a file, where, what was meant and what to do. */
class FilterProblemsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "enabeld: true | 1: unknown key l7.enabeld (did you mean enabled?)",
                "enabled: maybe | 1: l7.enabled: `maybe` is not a boolean; write true or false",
                "on_failure: opne | 1: l7.on_failure: `opne` is none of open, closed (did you mean open?)",
                "intercept: {inbound: auto} | 1: l7.intercept.inbound: `auto` is none of tunnel, nft, off",
                "intercept: [x] | 1: l7.intercept must be a map, not a list",
                "intercept: {opaque: [22, x]} | 1: l7.intercept.opaque[1]: `x` is no port of 1 to 65535",
                "listen: ['127.0.0.1:1', '127.0.0.1:1'] | 1: l7.listen[1]: `127.0.0.1:1` stands there twice",
                "listen: ['4140'] | 1: l7.listen[0]: `4140` is no address with a port such as 127.0.0.1:9090",
                "threads: 100 | 1: l7.threads: 100 is not between 1 and 64",
                "identity: {headers: [mesh, x]} | 1: l7.identity.headers[1]: `x` is none of mesh, xfcc, none",
                "log: {sample: 2} | 1: l7.log.sample: `2` is not a percentage such as 20%",
                "serve: {a: {port: 1, to: '127.0.0.1:2', overload: {least: 0}}} | 1: l7.serve.a.overload.least: 0 is not between 1 and 1000000",
                "serve: {a: {port: 1, to: '127.0.0.1:2', overload: {least: -3}}} | 1: l7.serve.a.overload.least: -3 is not between 1 and 1000000",
                "serve: {a: {port: 1, to: '127.0.0.1:2', overload: true}} | 1: l7.serve.a.overload must be a map, not a single value (write overload: {})",
                "serve: {a: {port: 1, to: '127.0.0.1:2', overload: {headroom: 1%}}} | 1: l7.serve.a.overload.headroom: `1%` is not 5% to 1000%",
                "serve: {a: {port: 1, to: '127.0.0.1:2', overload: {wait: 2m}}} | 1: l7.serve.a.overload.wait: `2m` is more than 1m",
                "serve: {a: {port: 1, to: '127.0.0.1:2', overload: {classes: [{from: 'group:ci'}]}}} | 1: l7.serve.a.overload.classes[0].class: a class of callers needs class ({from: \"group:ci\", class: batch})",
                "serve: {a: {port: 1, to: '127.0.0.1:2', overload: {classes: [{from: 'group:ci', class: bach}]}}} | 1: l7.serve.a.overload.classes[0].class: `bach` is none of batch, normal, critical (did you mean batch?)",
                "serve: {a: {port: 1, to: '127.0.0.1:2', routes: [{class: high}]}} | 1: l7.serve.a.routes[0].class: `high` is none of batch, normal, critical",
                "services: {a: {}} | 1: l7.services.a.port: a needs a port (port: 8080)",
                "services: {a: {port: 0}} | 1: l7.services.a.port: 0 is not between 1 and 65535",
                "serve: {a: {port: 1}} | 1: l7.serve.a.to: a needs to: the application's address (to: 127.0.0.1:9090)",
                "serve: {a: {port: 1, to: x}} | 1: l7.serve.a.to: `x` is no address with a port such as 127.0.0.1:9090",
                "serve: {a: {port: 1, to: '127.0.0.1:2'}, b: {port: 1, to: '127.0.0.1:3'}} | 1: l7.serve.b.port: port 1 is served by a already (c.yml:1) (one port leads to one application; split it by routes)",
                "services: {a: {port: 1, hosts: [b]}, b: {port: 1}} | 1: l7.services.b.port: host b means the service a already (c.yml:1) (a host names one service)",
                "services: {a: {port: 1, hosts: ['x:80']}} | 1: l7.services.a.hosts[0]: `x:80` is no name of a host (leave the port out)",
                "services: {a: {port: 1, pool: {select: grup:web}}} | 1: l7.services.a.pool.select: 'grup:web', at character 1: expected 'any', 'group:NAME' or 'node:NAME', not 'grup:'; did you mean 'group:'? (write group:)",
                "services: {a: {port: 1, pool: {dns: x, static: [1.2.3.4]}}} | 1: l7.services.a.pool.static: a pool has one of select, advertised, dns and static, not dns and static",
                "services: {a: {port: 1, pool: {static: [x]}}} | 1: l7.services.a.pool.static[0]: `x` is no address with a port such as 127.0.0.1:9090 (names go under dns)",
                "listen: ['127.0.0.1:4140'], services: {a: {port: 1, pool: {static: ['127.0.0.1:9', '127.0.0.1:4140']}}} | 1: l7.services.a.pool.static[1]: `127.0.0.1:4140` is where this filter listens, so requests would come back for ever (name the application's address)",
                "listen: ['0.0.0.0:4140'], services: {a: {port: 1, pools: {p: {static: ['127.0.0.1:4140']}}}} | 1: l7.services.a.pools.p.static[0]: `0.0.0.0:4140` is where this filter listens, so requests would come back for ever (name the application's address)",
                "services: {a: {port: 1, pool: {static: [1.2.3.4 wait 3]}}} | 1: l7.services.a.pool.static[0]: `1.2.3.4 wait 3` is no address such as 10.42.0.7:8080, nor one with `weight 1` to `weight 1000` (names go under dns)",
                "services: {a: {port: 1, pool: {static: [1.2.3.4 weight 0]}}} | 1: l7.services.a.pool.static[0]: `1.2.3.4 weight 0` is no address such as 10.42.0.7:8080, nor one with `weight 1` to `weight 1000` (names go under dns)",
                "services: {a: {port: 1, routes: [{fault: {delay: 1s, grpc: x}}]}} | 1: l7.services.a.routes[0].fault.grpc: there is no gRPC status 'x'",
                "services: {a: {port: 1, routes: [{fault: {delay: 1s, slow: x}}]}} | 1: l7.services.a.routes[0].fault.slow: `x` is not a size such as 64KiB",
                "services: {a: {port: 1, pool: {dns: x}, pools: {p: {dns: y}}}} | 1: l7.services.a.pool: pool and pools stand side by side (put it under pools)",
                "services: {a: {port: 1, pools: {stable: {dns: y}}, routes: [{to: stabel}]}} | 1: l7.services.a.routes[0].to: there is no pool `stabel` (did you mean stable?); pools are stable",
                "services: {a: {port: 1, pools: {s: {dns: y}}, routes: [{split: {s: 1, t: 2}}]}} | 1: l7.services.a.routes[0].split: there is no pool `t` (did you mean s?); pools are s",
                "services: {a: {port: 1, routes: [{split: {default: x}}]}} | 1: l7.services.a.routes[0].split: the weight of default is `x`, not 0 to 1000000",
                "services: {a: {port: 1, routes: [{to: default, respond: {code: 200}}]}} | 1: l7.services.a.routes[0].respond: a route has one of to, split, redirect and respond, not to and respond (write two routes)",
                "services: {a: {port: 1, routes: [{match: {prefix: a}}]}} | 1: l7.services.a.routes[0].match.prefix: `a` does not begin with /: write /a",
                "services: {a: {port: 1, routes: [{match: {path: /a, prefix: /b}}]}} | 1: l7.services.a.routes[0].match.prefix: only one of path, prefix, regex, grpc may be given (it stands beside path)",
                "services: {a: {port: 1, routes: [{match: {regex: '('}}]}} | 1: l7.services.a.routes[0].match.regex: `(` is no RE2 expression: missing closing )",
                "services: {a: {port: 1, routes: [{match: {method: get}}]}} | 1: l7.services.a.routes[0].match.method: `get` is no usual method; methods are written in capitals (did you mean GET?)",
                "services: {a: {port: 1, routes: [{match: {grpc: /x}}]}} | 1: l7.services.a.routes[0].match.grpc: `/x` is neither package.Service nor package.Service/Method",
                "services: {a: {port: 1, routes: [{rewrite: {prefix: /}}]}} | 1: l7.services.a.routes[0].rewrite.prefix: there is no prefix to rewrite (give the route match.prefix)",
                "services: {a: {port: 1, routes: [{set_headers: {X-Mesh-Peer: a}}]}} | 1: l7.services.a.routes[0].set_headers: route 'route-1': 'x-mesh-peer' belongs to the filter and cannot be changed",
                "services: {a: {port: 1, routes: [{set_headers: {Host: a}}]}} | 1: l7.services.a.routes[0].set_headers: route 'route-1': the host is changed by 'rewrite: {host: …}'",
                "services: {a: {port: 1, routes: [{redirect: {code: 304}}]}} | 1: l7.services.a.routes[0].redirect.code: a redirect is 301, 302, 303, 307 or 308",
                "services: {a: {port: 1, routes: [{fault: {percent: 5%}}]}} | 1: l7.services.a.routes[0].fault: route 'route-1': a fault needs a delay, a code or slow",
                "services: {a: {port: 1, routes: [{sticky: cookies:a}]}} | 1: l7.services.a.routes[0].sticky: expected 'header:NAME', 'cookie:NAME' or 'peer', not 'cookies:a'",
                "services: {a: {port: 1, timeout: 5}} | 1: l7.services.a.timeout: `5` has no unit; write 5s or 5ms",
                "services: {a: {port: 1, timeout: {request: 1s, try: 2s}}} | 1: l7.services.a.timeout.try: an attempt may not take longer (2s) than its request (1s) (raise timeout.request or lower timeout.try)",
                "services: {a: {port: 1, routes: [{timeout: {connect: 1s}}]}} | 1: l7.services.a.routes[0].timeout.connect: a route has no timeout.connect of its own (set it at the service)",
                "services: {a: {port: 1, routes: [{retry: {budget: {ratio: 1%}}}]}} | 1: l7.services.a.routes[0].retry.budget: a route has no retry.budget of its own (set it at the service)",
                "services: {a: {port: 1, retry: {on: [conect]}}} | 1: l7.services.a.retry.on[0]: expected connect, refused, reset, timeout, a code of 400 to 599, 4xx, 5xx or 'grpc:STATUS', not 'conect' (did you mean connect?)",
                "services: {a: {port: 1, retry: {times: 11}}} | 1: l7.services.a.retry.times: 11 is not between 0 and 10",
                "services: {a: {port: 1, retry: {body: 1GiB}}} | 1: l7.services.a.retry.body: `1GiB` is more than 16MiB",
                "services: {a: {port: 1, breaker: {eject: 0s..1s}}} | 1: l7.services.a.breaker.eject: an ejection is longer than 0 (write 1s..60s)",
                "services: {a: {port: 1, breaker: {window: 1ms}}} | 1: l7.services.a.breaker.window: `1ms` is less than 100ms",
                "services: {a: {port: 1, max: {wait: 2m}}} | 1: l7.services.a.max.wait: `2m` is more than 1m",
                "services: {a: {port: 1, balance: ewm}} | 1: l7.services.a.balance: expected ewma, least, round, 'hash:header:NAME' or 'hash:peer', not 'ewm'",
                "serve: {a: {port: 1, to: '127.0.0.1:2', limit: {override: [{rate: 1/s}]}}} | 1: l7.serve.a.limit.override[0].from: an override needs from",
                "serve: {a: {port: 1, to: '127.0.0.1:2', allow: [{}]}} | 1: l7.serve.a.allow: a rule that names nothing fits everything (write {from: any})",
                "serve: {a: {port: 1, to: '127.0.0.1:2', mode: audti}} | 1: l7.serve.a.mode: `audti` is none of enforce, audit (did you mean audit?)",
                "serve: {a: {port: 1, to: '127.0.0.1:2', retry: {times: 1}}} | 1: unknown key l7.serve.a.retry (did you mean l7.defaults.retry?)",
                "services: {a: {prot: 1, port: 1}} | 1: unknown key l7.services.a.prot (did you mean port?)"
            })
    void namesThePlaceTheMistakeAndTheRemedy(String yaml, String problem) {
        assertThat(FilterFiles.problems("l7: {" + yaml + "}")).containsExactly(problem);
    }

    @Test
    void countsTheBytesOfASocketsPath() {
        String format = "l7: {serve: {a: {port: 1, to: 'unix:/%s'}}}";

        assertThat(FilterFiles.problems(format.formatted("s".repeat(99)))).isEmpty();
        assertThat(FilterFiles.problems(format.formatted("s".repeat(97) + "\u20ac")))
                .containsExactly("1: l7.serve.a.to: the path of a Unix socket has 1 to 100 bytes");
    }

    @Test
    void warnsOfRoutesThatNeverGetARequest() {
        String yaml =
                """
                l7:
                  services:
                    a:
                      port: 1
                      pools: {s: {dns: y}}
                      routes:
                        - {match: {prefix: /a, method: GET}}
                        - {match: {prefix: /a}}
                        - {match: {path: /b, from: "group:x"}}
                        - {match: {path: /b, from: "group:x"}}
                        - {match: {path: /c}, split: {s: 0}}
                """;

        assertThat(FilterFiles.problems(yaml)).isEmpty();
        assertThat(FilterFiles.notices(yaml))
                .containsExactly(
                        "10: l7.services.a.routes[3].match: route 'route-4' (c.yml:10) never gets a request: route 'route-3' (c.yml:9) takes them all",
                        "11: l7.services.a.routes[4].match: route 'route-5' (c.yml:11) answers 500 to all: every weight is 0");
    }

    @Test
    void rememberEveryGroupThatIsNamed() {
        FilterConfig config =
                FilterFiles.config(
                        """
                        l7:
                          serve:
                            s:
                              port: 1
                              to: 127.0.0.1:2
                              allow: [{from: "group:a"}]
                              limit: {override: [{from: "group:b", rate: 1/s}]}
                              routes: [{match: {from: "group:c"}, deny: [{from: "group:d"}]}]
                          services:
                            t: {port: 1, pools: {p: {select: "group:e & !group:f"}}}
                        """);

        assertThat(config.namedGroups())
                .extracting(FilterConfig.NamedGroup::group)
                .containsExactly("a", "b", "c", "d", "e", "f");
        assertThat(config.namedGroups().getLast().position().line()).isEqualTo(10);
    }

    @Test
    void saysThatRulesDoNotHoldWithoutTheFilter() {
        String serve = "serve: {a: {port: 1, to: '127.0.0.1:2', allow: [{from: any}]}}}";

        assertThat(FilterFiles.notices("l7: {" + serve))
                .containsExactly(
                        "1: l7.serve.a.allow: while the filter does not answer, its rules do not"
                                + " hold (on_failure: open) (on_failure: closed refuses connections"
                                + " instead)");
        assertThat(FilterFiles.notices("l7: {on_failure: open, " + serve)).isEmpty();
        assertThat(FilterFiles.notices("l7: {on_failure: closed, " + serve)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "overload: {least: 20}, max: {requests: 10} | overload.least: least is more than max.requests (10), which bounds the limit (raise max.requests or lower least)",
                "overload: {wait: 2s} | overload.wait: wait is longer than max.wait (1s), which ends it (raise max.wait or lower wait)",
                "overload: {}, protocol: tcp | overload: overload has no effect with protocol: tcp, which has no requests (max.connections bounds them)",
                "overload: {adaptive: false, least: 5} | overload.least: least has no effect (set overload.adaptive to true)",
                "overload: {adaptive: false, classes: [{from: any, class: batch}]} | overload.classes: classes has no effect (set overload.adaptive to true)",
                "routes: [{class: batch}] | routes[0].class: class has no effect without overload (overload: {} in the service turns it on)",
                "overload: {classes: [{from: any, class: batch}, {from: 'group:x', class: critical}]} | overload.classes[1].from: no caller gets here: a class before it is for `any` (put the class for any last)",
            })
    void warnsOfOverloadWithoutEffect(String service, String notice) {
        String serve = "l7: {serve: {a: {port: 1, to: '127.0.0.1:2', %s}}}";

        assertThat(FilterFiles.problems(serve.formatted(service))).isEmpty();
        assertThat(FilterFiles.notices(serve.formatted(service)))
                .containsExactly("1: l7.serve.a." + notice);
    }

    @Test
    void doesNotWarnOfOverloadThatWorks() {
        String serve =
                "l7: {serve: {a: {port: 1, to: '127.0.0.1:2', overload: {least: 9, wait: 1s,"
                        + " classes: [{from: 'group:x', class: batch}, {from: any, class:"
                        + " critical}]}, max: {requests: 10}, routes: [{class: batch}]}}}";

        assertThat(FilterFiles.notices(serve)).isEmpty();
    }

    /** A list whose last rule was taken out, or commented out, opens what it closed. */
    @ParameterizedTest
    @ValueSource(strings = {"allow: []", "allow: ", "routes: [{match: {path: /a}, allow: []}]"})
    void saysThatAnAllowWithoutRulesLetsEverybodyIn(String rules) {
        String serve = "l7: {on_failure: closed, serve: {a: {port: 1, to: '127.0.0.1:2', ";

        assertThat(FilterFiles.notices(serve + rules + "}}}"))
                .singleElement()
                .asString()
                .contains("allow: an allow without rules lets everybody in");
        assertThat(FilterFiles.notices(serve + "allow: [{from: any}]}}}")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "advertise: true, health: {http: healthz} | health.http: `healthz` is no path such as /healthz",
                "advertise: true, health: {http: /a, grpc: b} | health.grpc: a check is one of http, tcp and grpc, not http and grpc",
                "advertise: true, health: {every: 1s, timeout: 2s} | health.timeout: health.timeout (2s) is longer than health.every (1s)",
                "advertise: true, version: 'a b' | version: `a b` is no version: a version has at most 32 characters of A-Z a-z 0-9 . _ - +",
                "advertise: true, weight: 0 | weight: 0 is not between 1 and 1000",
                "advertise: true, health: {fall: 0} | health.fall: 0 is not between 1 and 100",
            })
    void namesMistakesInWhatIsAdvertised(String yaml, String problem) {
        assertThat(
                        FilterFiles.problems(
                                "l7: {serve: {a: {port: 1, to: '127.0.0.1:2', " + yaml + "}}}"))
                .singleElement()
                .asString()
                .contains("l7.serve.a." + problem);
    }

    @Test
    void boundsWhatOneHostAdvertises() {
        StringBuilder many = new StringBuilder("l7: {serve: {");
        for (int i = 1; i <= 17; i++) {
            many.append("s%d: {port: %d, to: '127.0.0.1:2', advertise: true}, ".formatted(i, i));
        }
        assertThat(FilterFiles.problems(many + "}}"))
                .singleElement()
                .asString()
                .contains("l7.serve.s17.advertise: a host advertises at most 16 services");
        assertThat(
                        FilterFiles.problems(
                                "l7: {serve: {'a b': {port: 1, to: '127.0.0.1:2', advertise: true}}}"))
                .singleElement()
                .asString()
                .contains("the name `a b` cannot be advertised");
        assertThat(FilterFiles.problems("l7: {services: {a: {port: 1, pool: {version: v1}}}}"))
                .singleElement()
                .asString()
                .contains("only advertised services have a version");
    }

    @Test
    void saysThatHealthDoesNothingWithoutAdvertise() {
        assertThat(
                        FilterFiles.notices(
                                "l7: {serve: {a: {port: 1, to: '127.0.0.1:2', health: {http: /}}}}"))
                .singleElement()
                .asString()
                .contains("health has no effect, as the service is not advertised");
    }

    @Test
    void warnsOfSpansThatNobodyReads() {
        assertThat(FilterFiles.notices("l7: {trace: {spans: log}}"))
                .containsExactly(
                        "1: l7.trace.spans: spans are written to the access log, which is off"
                                + " (set l7.log.access)");
        assertThat(FilterFiles.notices("l7: {trace: {spans: log}, log: {access: a.json}}"))
                .isEmpty();
    }

    /** The section log is looked at for spans as well. */
    @Test
    void aMistakeInTheLogIsToldOnceAlsoWithSpans() {
        assertThat(
                        FilterFiles.problems(
                                "l7: {trace: {spans: log}, log: {access: a.json, sample: many}}"))
                .singleElement()
                .asString()
                .startsWith("1: l7.log.sample: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0.0.0.0:4191 | can be reached from other machines: take 127.0.0.1 or [::1]",
                "10.42.0.1:4191 | can be reached from other machines: take 127.0.0.1 or [::1]",
                "127.0.0.1 | has no port of 1 to 65535",
                "unix:/run/admin.sock | the control socket answers `asterism l7 stat`",
                "127.0.0.1:4140 | is an address of listen too",
            })
    void anAdminAddressIsOfThisMachineOnly(String address, String problem) {
        String yaml = "l7: {listen: ['127.0.0.1:4140'], admin: '" + address + "'}";

        assertThat(FilterFiles.problems(yaml))
                .singleElement()
                .asString()
                .startsWith("1: l7.admin: ")
                .contains(problem);
    }

    @Test
    void warnsOfWaysInThatAreNotBuilt() {
        assertThat(FilterFiles.notices("l7: {intercept: {inbound: nft, outbound: tunnel}}"))
                .containsExactly(
                        "1: l7.intercept.inbound: `nft` is not built yet: `tunnel` is used",
                        "1: l7.intercept.outbound: `tunnel` is not built yet: only what is under"
                                + " l7.listen is served");
    }
}
