package dev.asterism.l7.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.exchange.Workspace;
import dev.asterism.l7.front.FrontFactory;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.http.ClientTimes;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.HttpLimits;
import dev.asterism.l7.http1.Http1Codec;
import dev.asterism.l7.http2.FrameBytes;
import dev.asterism.l7.http2.Http2Codec;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.TracePolicy;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.io.MemoryLoop;
import dev.asterism.l7.pipe.PipeHandler;
import dev.asterism.l7.pool.EndpointFactory;
import dev.asterism.l7.pool.EndpointSet;
import dev.asterism.l7.pool.PoolSpec;
import dev.asterism.l7.pool.PoolWatch;
import dev.asterism.l7.proxy.Dispatcher;
import dev.asterism.l7.proxy.FilterSnapshot;
import dev.asterism.l7.proxy.FilterSpec;
import dev.asterism.l7.proxy.LoopParts;
import dev.asterism.l7.proxy.Observer;
import dev.asterism.l7.proxy.PipeReport;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.l7.proxy.TrafficPolicy;
import dev.asterism.l7.proxy.UpstreamPolicy;
import dev.asterism.l7.upstream.Connector;
import dev.asterism.l7.upstream.Endpoint;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that a rule of the host has led to the filter, to a node that may or may not be a service's. */
class OriginalDestinationsTest {

    private static final Caller SELF = new Caller("me", List.of(), "10.42.0.1", "ab", "mesh");
    private static final InetSocketAddress ENDPOINT = address("10.42.0.7", 8080);
    private static final InetSocketAddress WANTED = address("10.42.0.9", 8080);
    private static final InetSocketAddress WANTED_6 = address("fd00::9", 8080);

    private final MemoryLoop loop = new MemoryLoop();
    private final Map<SocketAddress, List<MemoryConn>> opened = new LinkedHashMap<>();
    private final List<PipeReport> pipes = new ArrayList<>();
    private final FrontFactory fronts;
    private final OriginalDestinations originals;

    OriginalDestinationsTest() {
        Workspace workspace = new Workspace(FieldNames.standard(), HttpLimits.STANDARD);
        Http1Codec http1 = Http1Codec.of(workspace);
        Http2Codec http2 = new Http2Codec(workspace);
        Connector connector =
                to -> {
                    MemoryConn conn = loop.conn();
                    opened.computeIfAbsent(to, _ -> new ArrayList<>()).add(conn);
                    return conn;
                };
        EndpointFactory endpoints =
                (to, protocol) -> new Endpoint(to, protocol, connector, http1, http2);
        Observer observer =
                new Observer() {
                    @Override
                    public void piped(PipeReport pipe) {
                        pipes.add(pipe);
                    }
                };
        FilterSpec spec =
                new FilterSpec(List.of(orders()), true, false, TracePolicy.OFF, "me", "hash");
        Dispatcher dispatcher =
                new Dispatcher(
                        new LoopParts(loop.batch(), endpoints, observer, () -> 1, 1),
                        FilterSnapshot.of(spec, null, 0));
        dispatcher.endpoints(
                new PoolWatch.Key(false, "orders", "default"),
                new EndpointSet(List.of(new EndpointSet.Entry("n7", ENDPOINT, 1, Long.MAX_VALUE))));
        originals = new OriginalDestinations(dispatcher, connector, endpoints, loop.batch());
        fronts =
                new FrontFactory(
                        http1,
                        http2,
                        dispatcher.outboundByHost(),
                        PipeHandler.NONE,
                        Spoken.HTTP,
                        ClientTimes.STANDARD);
    }

    private static ServiceSpec orders() {
        LinkedHashMap<String, PoolSpec> pools = new LinkedHashMap<>();
        pools.put("default", new PoolSpec.Static(List.of(), ""));
        return new ServiceSpec(
                "orders",
                ServiceSide.OUTBOUND,
                List.of("shop.example"),
                8080,
                pools,
                UpstreamPolicy.STANDARD,
                TrafficPolicy.STANDARD,
                List.of(),
                List.of(),
                AuthzSpec.NONE,
                "");
    }

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(host, port);
    }

    private MemoryConn client(InetSocketAddress wanted) {
        MemoryConn conn = loop.conn();
        fronts.on(conn, SELF, originals.of(wanted, SELF), Spoken.onPort(wanted.getPort()));
        return conn;
    }

    private MemoryConn server(InetSocketAddress at) {
        return Objects.requireNonNull(opened.get(at)).getLast();
    }

    private static String get(String host) {
        return "GET /a HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders", "orders.mesh", "shop.example", "ORDERS.mesh:8080"})
    void aRequestWhoseHostNamesAServiceGoesToThatService(String host) {
        MemoryConn client = client(WANTED);
        String request = get(host);
        client.arrive(request.substring(0, 30));
        assertThat(opened).isEmpty();
        client.arrive(request.substring(30));

        assertThat(server(ENDPOINT).sentText()).startsWith("GET /a ");
        assertThat(opened).containsOnlyKeys(ENDPOINT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /a HTTP/1.1\r\nHost: 10.42.0.9:8080\r\n\r\n",
                "GET  /a  HTTP/1.1\r\nHost : x\r\n\r\n",
                "*1\r\n$4\r\nPING\r\n",
                "\26\3\1\0\5\1\0\0\1\0"
            })
    void allElseGoesAsItIsToTheNodeThatWasWanted(String bytes) {
        for (InetSocketAddress wanted : List.of(WANTED, WANTED_6)) {
            MemoryConn client = client(wanted);
            for (byte each : bytes.getBytes(StandardCharsets.ISO_8859_1)) {
                client.arrive(new byte[] {each});
            }
            assertThat(server(wanted).sentText()).isEqualTo(bytes);
            server(wanted).arrive("HTTP/1.1 200 OK\r\n");
            assertThat(client.sentText()).isEqualTo("HTTP/1.1 200 OK\r\n");
        }
        assertThat(opened).doesNotContainKey(ENDPOINT);
    }

    @Test
    void theServicesNameAtAnotherPortIsNotTheService() {
        MemoryConn client = client(address("10.42.0.9", 9090));
        client.arrive(get("orders"));
        assertThat(opened).containsOnlyKeys(address("10.42.0.9", 9090));
    }

    @Test
    void countsWhatWasCarried() {
        MemoryConn client = client(WANTED);
        client.arrive("\0\1\2");
        server(WANTED).arrive("answer");
        client.end();
        server(WANTED).end();

        assertThat(pipes).hasSize(1);
        assertThat(pipes.getFirst().caller()).isEqualTo(SELF);
        assertThat(pipes.getFirst().requestBytes()).isEqualTo(3);
        assertThat(pipes.getFirst().answerBytes()).isEqualTo(6);
    }

    @Test
    void aServerThatSpeaksFirstIsReachedAfterTheDetectTime() {
        MemoryConn client = client(WANTED);
        loop.pass(TimeUnit.MILLISECONDS.toNanos(2001));
        server(WANTED).arrive("220 ready\r\n");
        client.arrive("EHLO me\r\n");

        assertThat(client.sentText()).isEqualTo("220 ready\r\n");
        assertThat(server(WANTED).sentText()).isEqualTo("EHLO me\r\n");
    }

    @Test
    void onAPortWhereServersSpeakFirstNobodyWaits() {
        MemoryConn client = client(address("10.42.0.9", 3306));
        server(address("10.42.0.9", 3306)).arrive("J\0\0\0");
        assertThat(client.sentText()).isEqualTo("J\0\0\0");
    }

    @Test
    void aRequestBehindALongSilenceIsRoutedAsWell() {
        MemoryConn client = client(WANTED);
        loop.pass(TimeUnit.MILLISECONDS.toNanos(2001));
        client.arrive(get("orders"));

        assertThat(server(ENDPOINT).sentText()).startsWith("GET /a ");
        assertThat(server(WANTED).sentText()).isEmpty();
    }

    @Test
    void eachStreamOfHttp2GoesWhereItsHostSays() {
        MemoryConn client = client(WANTED);
        client.arrive(
                FrameBytes.join(
                        FrameBytes.PREFACE,
                        FrameBytes.settings(),
                        stream(1, "orders.mesh"),
                        stream(3, "elsewhere")));

        assertThat(server(ENDPOINT).sentText()).startsWith("PRI * ");
        assertThat(server(WANTED).sentText()).startsWith("PRI * ");
    }

    private static byte[] stream(int id, String host) {
        return FrameBytes.headers(
                id, true, ":method: GET", ":scheme: http", ":authority: " + host, ":path: /a");
    }

    @Test
    void aSecondRequestOfAConnectionForAnotherHostGoesToTheNodeThatWasWanted() {
        MemoryConn client = client(WANTED);
        client.arrive(get("orders"));
        server(ENDPOINT).arrive("HTTP/1.1 204 N\r\n\r\n");
        client.sentText();
        client.arrive(get("elsewhere"));
        server(WANTED).arrive("HTTP/1.1 202 A\r\ncontent-length: 0\r\n\r\n");

        assertThat(client.sentText()).startsWith("HTTP/1.1 202 ");
    }

    /** Such connections are used again only behind a request for a service. */
    private MemoryConn withKeptConnection() {
        MemoryConn client = client(WANTED);
        client.arrive(get("orders"));
        server(ENDPOINT).arrive("HTTP/1.1 204 N\r\n\r\n");
        client.arrive(get("elsewhere"));
        server(WANTED).arrive("HTTP/1.1 202 A\r\ncontent-length: 0\r\n\r\n");
        server(WANTED).sentText();
        client.sentText();
        return client;
    }

    private int openedTo(InetSocketAddress at) {
        return Objects.requireNonNull(opened.get(at)).size();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "DELETE"})
    void aKeptConnectionThatWasClosedCostsNoAnswer(String method) {
        MemoryConn client = withKeptConnection();
        client.arrive(get("elsewhere").replace("GET", method));
        MemoryConn kept = server(WANTED);
        assertThat(kept.sentText()).startsWith(method);
        kept.end();

        assertThat(openedTo(WANTED)).isEqualTo(2);
        assertThat(server(WANTED).sentText()).startsWith(method + " /a ");
        server(WANTED).arrive("HTTP/1.1 203 A\r\ncontent-length: 0\r\n\r\n");
        assertThat(client.sentText()).startsWith("HTTP/1.1 203 ");

        client.arrive(get("elsewhere"));
        server(WANTED).arrive("HTTP/1.1 205 A\r\ncontent-length: 0\r\n\r\n");
        assertThat(client.sentText()).startsWith("HTTP/1.1 205 ");
        assertThat(openedTo(WANTED)).isEqualTo(2);
    }

    @Test
    void theBodySoFarIsSentAgain() {
        MemoryConn client = withKeptConnection();
        client.arrive("PUT /a HTTP/1.1\r\nHost: elsewhere\r\ncontent-length: 6\r\n\r\nabc");
        server(WANTED).breaks();
        assertThat(server(WANTED).sentText()).endsWith("\r\n\r\nabc");
        client.arrive("def");
        assertThat(server(WANTED).sentText()).isEqualTo("def");
        server(WANTED).arrive("HTTP/1.1 203 A\r\ncontent-length: 0\r\n\r\n");
        assertThat(client.sentText()).startsWith("HTTP/1.1 203 ");
    }

    @Test
    void aBodyThatIsNotKeptIsNotSentAgain() {
        MemoryConn client = withKeptConnection();
        client.arrive("PUT /a HTTP/1.1\r\nHost: elsewhere\r\ncontent-length: 99999\r\n\r\n");
        client.arrive("x".repeat(70_000));
        server(WANTED).breaks();
        assertThat(client.sentText()).startsWith("HTTP/1.1 502 ");
        assertThat(openedTo(WANTED)).isEqualTo(1);
    }

    @Test
    void isSentOnceMoreAndNotTwice() {
        MemoryConn client = withKeptConnection();
        client.arrive(get("elsewhere"));
        server(WANTED).end();
        server(WANTED).end();
        assertThat(client.sentText()).startsWith("HTTP/1.1 502 ");
        assertThat(openedTo(WANTED)).isEqualTo(2);
    }

    @Test
    void whatMayNotBeSentTwiceIsNot() {
        String post = "POST /a HTTP/1.1\r\nHost: elsewhere\r\ncontent-length: 0\r\n\r\n";
        MemoryConn client = withKeptConnection();
        client.arrive(post);
        server(WANTED).end();
        assertThat(client.sentText()).startsWith("HTTP/1.1 502 ");
        assertThat(openedTo(WANTED)).isEqualTo(1);

        MemoryConn other = withKeptConnection();
        int before = openedTo(WANTED);
        server(WANTED).endUnseen();
        other.arrive(post);
        assertThat(openedTo(WANTED)).as("the kernel knew").isEqualTo(before + 1);
        server(WANTED).arrive("HTTP/1.1 203 A\r\ncontent-length: 0\r\n\r\n");
        assertThat(other.sentText()).startsWith("HTTP/1.1 203 ");
    }

    @Test
    void anAnswerThatHasBegunIsCut() {
        MemoryConn client = withKeptConnection();
        client.arrive(get("elsewhere"));
        server(WANTED).arrive("HTTP/1.1 200 A\r\ncontent-length: 9\r\n\r\nabc");
        server(WANTED).breaks();
        assertThat(client.sentText()).startsWith("HTTP/1.1 200 ").endsWith("abc");
        assertThat(client.isClosed()).isTrue();
    }

    /** A client that goes while its request is under way; the next uses the same object. */
    @Test
    void aClientThatGoesEndsItsRequest() {
        MemoryConn client = withKeptConnection();
        client.arrive(get("elsewhere"));
        client.breaks();
        assertThat(server(WANTED).isClosed()).isTrue();
        assertThat(withKeptConnection().isClosed()).isFalse();
    }

    @Test
    void anEndWithoutAByteReachesNobody() {
        client(WANTED).end();
        assertThat(opened).isEmpty();
        assertThat(pipes).isEmpty();
    }

    /** They wait for the node, as heads of requests for a service do. */
    @Test
    void largeHeadsThatWaitAreBounded() {
        String large =
                get("elsewhere").replace("\r\n\r\n", "\r\nx: " + "a".repeat(20_000) + "\r\n\r\n");
        MemoryConn first = withKeptConnection();
        first.arrive(large);
        assertThat(loop.batch().memory().held()).isGreaterThan(20_000);
        server(WANTED).arrive("HTTP/1.1 200 A\r\ncontent-length: 9\r\n\r\n");
        assertThat(loop.batch().memory().held()).as("it is not sent again").isZero();
        server(WANTED).arrive("012345678");
        first.sentText();

        loop.batch().memory().most(100_000);
        List<MemoryConn> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            MemoryConn client = withKeptConnection();
            client.arrive(large);
            clients.add(client);
            assertThat(loop.batch().memory().held()).isLessThan(150_000);
        }
        assertThat(clients.getFirst().sentText())
                .startsWith("HTTP/1.1 503 ")
                .contains("x-mesh-reason: overflow");
        assertThat(clients.getLast().sentText()).isEmpty();
    }

    @Test
    void keepsConnectionsForAFewNodesOnly() {
        int open = 0;
        for (int i = 1; i <= 200; i++) {
            InetSocketAddress wanted = address("10.42.1." + i, 8080);
            MemoryConn client = client(wanted);
            client.arrive(get("orders"));
            server(ENDPOINT).arrive("HTTP/1.1 204 N\r\n\r\n");
            client.arrive(get("elsewhere"));
            server(wanted).arrive("HTTP/1.1 202 A\r\ncontent-length: 0\r\n\r\n");
        }
        for (int i = 1; i <= 200; i++) {
            open += server(address("10.42.1." + i, 8080)).isClosed() ? 0 : 1;
        }
        assertThat(open).isEqualTo(64);
    }
}
