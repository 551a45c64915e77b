package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.proxy.MeshRig.Asked;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Copies of requests to another pool, which may cost the requests nothing. */
class MirrorTest {

    private static final int MAIN = 1;
    private static final int COPY = 2;
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    private MeshRig rig(String route) {
        return rig(route, "");
    }

    private MeshRig rig(String route, String service) {
        return new MeshRig(
                        FilterFiles.config(
                                        """
                                        l7:
                                          services:
                                            orders:
                                              port: 80
                                              pools:
                                                default: {static: ["127.0.0.1:1"]}
                                                next: {static: ["127.0.0.1:2"]}
                                              %s
                                              routes:
                                                - {to: default, %s}
                                        """
                                                .formatted(service, route))
                                .services()
                                .getFirst(),
                        1)
                .endpoints(MAIN)
                .pool("next", COPY);
    }

    private static List<Asked> asked(MeshRig rig) {
        List<Asked> all = new ArrayList<>();
        for (Asked one = rig.asked(); one.port() != 0; one = rig.asked()) {
            all.add(one);
        }
        return all;
    }

    private static Asked at(int port, List<Asked> all) {
        return all.stream().filter(one -> one.port() == port).findFirst().orElseThrow();
    }

    @Test
    void theCopyIsTheSameAndTheAnswerTheOriginals() {
        MeshRig rig = rig("mirror: {to: next}, set_headers: {X-A: b}");
        MemoryConn client = rig.client(MeshRig.WEB, Spoken.HTTP);
        client.arrive("GET /a?b=c HTTP/1.1\r\nHost: orders\r\n\r\n");
        List<Asked> asked = asked(rig);

        assertThat(asked).hasSize(2);
        assertThat(at(MAIN, asked).text())
                .startsWith("GET /a?b=c HTTP/1.1\r\n")
                .contains("x-a: b")
                .doesNotContain("x-mirrored");
        assertThat(at(COPY, asked).text())
                .startsWith("GET /a?b=c HTTP/1.1\r\n")
                .contains("x-a: b", "x-mirrored: true");
        at(COPY, asked).conn().arrive("HTTP/1.1 500 No\r\ncontent-length: 3\r\n\r\nbad");
        assertThat(client.sentText()).isEmpty();
        at(MAIN, asked).conn().arrive(OK);
        assertThat(client.sentText()).startsWith("HTTP/1.1 200 OK").endsWith("ok");
        assertThat(rig.observer().mirrored()).containsExactly("orders route-1 next 5xx");
        assertThat(rig.observer().requests()).containsExactly("200  route-1 default 1");
        assertThat(rig.observer().attempts()).hasSize(1);
    }

    @Test
    void theBodyGoesToBoth() {
        MeshRig rig = rig("mirror: {to: next}");
        MemoryConn client = rig.client(MeshRig.WEB, Spoken.HTTP);
        client.arrive("POST /a HTTP/1.1\r\nHost: orders\r\nContent-Length: 6\r\n\r\nabc");
        client.arrive("def");
        List<Asked> asked = asked(rig);

        StringBuilder main = new StringBuilder();
        StringBuilder copy = new StringBuilder();
        for (Asked one : asked) {
            (one.port() == MAIN ? main : copy).append(one.text());
        }
        assertThat(main.toString()).endsWith("\r\n\r\nabcdef");
        assertThat(copy.toString()).endsWith("\r\n\r\nabcdef");
    }

    @Test
    void copiesTheShareThatIsConfigured() {
        MeshRig rig = rig("mirror: {to: next, percent: 25%}");
        int copies = 0;
        for (int i = 0; i < 400; i++) {
            rig.client(MeshRig.WEB, Spoken.HTTP).arrive(MeshRig.GET);
            for (Asked one : asked(rig)) {
                copies += one.port() == COPY ? 1 : 0;
                one.conn().arrive(OK);
            }
        }

        assertThat(copies).isBetween(70, 130);
        assertThat(rig.observer().requests()).hasSize(400);
        assertThat(rig.observer().mirrored()).hasSize(copies).allMatch(one -> one.endsWith("2xx"));
    }

    @Test
    void aCopyThatIsNotAnsweredCostsNoPlaceAndEndsAfterItsTime() {
        MeshRig rig =
                rig("mirror: {to: next}, timeout: {request: 2s}", "max: {requests: 1, pending: 0}");
        for (int i = 0; i < 3; i++) {
            MemoryConn client = rig.client(MeshRig.WEB, Spoken.HTTP);
            client.arrive(MeshRig.GET);
            at(MAIN, asked(rig)).conn().arrive(OK);
            assertThat(client.sentText()).startsWith("HTTP/1.1 200");
        }
        assertThat(rig.observer().mirrored()).isEmpty();

        rig.passMillis(2_100);
        assertThat(rig.observer().mirrored())
                .hasSize(3)
                .allMatch(one -> one.equals("orders route-1 next timeout"));
    }

    @Test
    void aPoolThatIsGoneOrRefusesIsCountedAndNothingElse() {
        MeshRig rig = rig("mirror: {to: next}").pool("next");
        MemoryConn client = rig.client(MeshRig.WEB, Spoken.HTTP);
        client.arrive(MeshRig.GET);
        at(MAIN, asked(rig)).conn().arrive(OK);

        assertThat(client.sentText()).startsWith("HTTP/1.1 200");
        assertThat(rig.observer().mirrored()).containsExactly("orders route-1 next no_endpoint");
    }

    @Test
    void onlySoManyAreUnderWay() {
        MeshRig rig = rig("mirror: {to: next}");
        for (int i = 0; i < Mirrors.MOST + 5; i++) {
            rig.client(MeshRig.WEB, Spoken.HTTP).arrive(MeshRig.GET);
            at(MAIN, asked(rig)).conn().arrive(OK);
        }

        assertThat(rig.observer().mirrored())
                .hasSize(5)
                .allMatch(one -> one.equals("orders route-1 next too_many"));
    }

    @Test
    void copiesLeaveHalfOfTheConnectionsToRequests() {
        MeshRig rig = rig("mirror: {to: next}", "max: {connections: 8}");
        for (int i = 0; i < 10; i++) {
            MemoryConn client = rig.client(MeshRig.WEB, Spoken.HTTP);
            client.arrive(MeshRig.GET);
            at(MAIN, asked(rig)).conn().arrive(OK);
            assertThat(client.sentText()).startsWith("HTTP/1.1 200");
        }

        assertThat(rig.observer().mirrored())
                .hasSizeBetween(6, 9)
                .allMatch(one -> one.endsWith("too_many"));
    }

    @Test
    void fewCopiesWithBodiesAreUnderWay() {
        MeshRig rig = rig("mirror: {to: next}");
        for (int i = 0; i < Mirrors.MOST_WITH_BODIES + 2; i++) {
            rig.client(MeshRig.WEB, Spoken.HTTP)
                    .arrive("POST /a HTTP/1.1\r\nHost: orders\r\nContent-Length: 1\r\n\r\na");
            at(MAIN, asked(rig)).conn().arrive(OK);
        }
        assertThat(rig.observer().mirrored()).hasSize(2);

        rig.client(MeshRig.WEB, Spoken.HTTP).arrive(MeshRig.GET);
        assertThat(asked(rig)).hasSize(2);
    }

    @Test
    void aClientThatLeavesInTheMiddleOfItsBodyTakesTheCopyWithIt() {
        MeshRig rig = rig("mirror: {to: next}");
        MemoryConn client = rig.client(MeshRig.WEB, Spoken.HTTP);
        client.arrive("POST /a HTTP/1.1\r\nHost: orders\r\nContent-Length: 6\r\n\r\nabc");
        asked(rig);
        client.lose();
        rig.passMillis(10);

        assertThat(rig.observer().mirrored()).containsExactly("orders route-1 next canceled");
    }

    /** Its client may be gone when the copy's answer comes, and its place be taken by another request. */
    @Test
    void aCopyOutlivesItsRequest() {
        MeshRig rig = rig("mirror: {to: next}");
        rig.client(MeshRig.WEB, Spoken.HTTP).arrive(MeshRig.GET);
        List<Asked> first = asked(rig);
        at(MAIN, first).conn().arrive(OK);
        MemoryConn other = rig.client(MeshRig.WEB, Spoken.HTTP);
        other.arrive(MeshRig.GET);
        asked(rig);
        at(COPY, first).conn().arrive("HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n");

        assertThat(other.sentText()).isEmpty();
        assertThat(rig.observer().mirrored()).containsExactly("orders route-1 next 4xx");
    }

    @Test
    void whatHasNoPoolOrNothingToCopyIsRefused() {
        assertThat(problem("mirror: {to: nxt}"))
                .contains("there is no pool `nxt` (did you mean next?)");
        assertThat(problem("mirror: {percent: 5%}"))
                .contains("a mirror needs to: the name of a pool");
        assertThat(problem("respond: {code: 200}, mirror: {to: next}"))
                .contains("a route that answers by itself sends nothing that could be mirrored");
    }

    private static String problem(String route) {
        return FilterFiles.outcome(
                        "l7: {services: {orders: {port: 80, pools: {next: {dns: x}}, routes: [{"
                                + route
                                + "}]}}}")
                .problems()
                .toString();
    }
}
