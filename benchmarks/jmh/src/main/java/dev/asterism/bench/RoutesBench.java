package dev.asterism.bench;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HttpLimits;
import dev.asterism.l7.http1.RequestHeadParser;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.match.PathMatch;
import dev.asterism.l7.match.RequestView;
import dev.asterism.l7.match.ValueMatch;
import dev.asterism.l7.route.Route;
import dev.asterism.l7.route.RouteSpec;
import dev.asterism.l7.route.Routes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The route of a parsed request: a thousand routes may cost a microsecond more than one. */
@State(Scope.Thread)
public class RoutesBench {

    private static final String REQUEST =
            "GET /api/r%d/items/42?id=7 HTTP/1.1\r\nhost: s%d.shop.mesh\r\nuser-agent: bench\r\n"
                    + "accept: */*\r\naccept-encoding: gzip\r\nx-user: u%d\r\n\r\n";

    @Param({"1", "1000"})
    int routes;

    @Param({"prefix", "exact", "host", "header", "caller", "all"})
    String by;

    private final Head head = new Head();
    private final Caller caller =
            new Caller("node-0", List.of("web", "team0"), "10.42.0.7", "ab", "mesh");
    private Routes table;
    private RequestView view;

    @Setup
    public void prepare() {
        List<RouteSpec> specs = new ArrayList<>();
        for (int i = 0; i < routes; i++) {
            RouteSpec.Builder route = RouteSpec.named("r" + i, "bench:" + i);
            specs.add(route.match(match(i)).to("pool").build());
        }
        FieldNames names = FieldNames.with(Routes.fieldNames(specs));
        table = Routes.compile(specs, names).routes();
        view = new RequestView(names);
        byte[] text = REQUEST.replace("%d", "0").getBytes(StandardCharsets.US_ASCII);
        new RequestHeadParser(FieldNames.standard(), HttpLimits.STANDARD)
                .parse(text, 0, text.length, head);
    }

    private MatchSpec match(int i) {
        MatchSpec all = MatchSpec.ALL;
        ValueMatch header = ValueMatch.of("x-user", "u" + i);
        return switch (by) {
            case "prefix" -> all.withPath(PathMatch.prefix("/api/r" + i));
            case "exact" -> all.withPath(PathMatch.exact("/api/r" + i + "/items/42"));
            case "host" -> all.withHosts("s" + i + ".shop.mesh");
            case "header" -> all.withHeaders(header);
            case "caller" -> all.withFrom(Selector.parse("group:team" + i));
            default ->
                    all.withPath(PathMatch.prefix("/api/r" + i))
                            .withHosts("s" + i + ".shop.mesh")
                            .withMethods("GET")
                            .withHeaders(header)
                            .withQuery(ValueMatch.of("id", "7"))
                            .withFrom(Selector.parse("group:team" + i));
        };
    }

    @Benchmark
    public Route match() {
        view.begin(head, caller);
        return table.match(view);
    }
}
