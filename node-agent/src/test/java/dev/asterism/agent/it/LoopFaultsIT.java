package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * F30: an event loop of a running agent stands still, or an error ends it. Packets of the tunnel go on, new
 * connections to the served port go past the filter or are refused, as configured, and afterwards the filter has them
 * again. Then the agent is stopped in the middle of a request.
 */
@SuppressWarnings("NullAway.Init") // set before each test
class LoopFaultsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** How long a connection may be silent before the next one is tried: a loop that is only slow answers earlier. */
    private static final int SILENCE_MILLIS = 2000;

    private static final int PORT = 8080;
    private static final int ADMIN = 4191;
    private static final int PROBES = 7000;
    private static final String STARTED = "L7 filter started";
    private static final String FILTER =
            """
            l7:
              enabled: true
              threads: 2
              admin: "127.0.0.1:4191"
              on_failure: open
              serve: {web: {port: 8080, to: "127.0.0.1:8080", protocol: http1}}
            """;

    /** What became of one connection. */
    private enum Way {
        THROUGH_FILTER,
        STRAIGHT,
        REFUSED,
        /** Cut, or no answer in time: it was with the loop that failed. */
        LOST
    }

    private StaticMesh mesh;
    private NamespaceNode caller;
    private NamespaceNode server;
    private Replica application;
    private Sabotage sabotage;

    @BeforeEach
    void build() throws IOException {
        NetLab.requireRights();
        mesh = new StaticMesh(Ours.AGENT);
        caller = mesh.member(1, "web");
        server = mesh.member(2, "web");
        server.config().section(FILTER).rule("{port: 8080, proto: tcp, host: any}");
        mesh.acquaint(caller, server);
        application = Replica.start(mesh.lab(), server, new InetSocketAddress(PORT));
        mesh.start();
        sabotage = Sabotage.into(mesh.lab().folder());
        awaitOnly(Way.THROUGH_FILTER);
    }

    @AfterEach
    void close() {
        mesh.close();
    }

    private Way call() {
        return caller.host()
                .inside(
                        () -> {
                            try (Socket socket = new Socket()) {
                                socket.connect(
                                        new InetSocketAddress(server.overlay(), PORT), 10_000);
                                socket.setSoTimeout(SILENCE_MILLIS);
                                socket.getOutputStream().write(request("/"));
                                String answer =
                                        new String(
                                                socket.getInputStream().readAllBytes(),
                                                StandardCharsets.US_ASCII);
                                // The application says which certificate it was told of.
                                return answer.endsWith(" to ")
                                        ? Way.STRAIGHT
                                        : answer.contains(" to node-")
                                                ? Way.THROUGH_FILTER
                                                : Way.LOST;
                            } catch (ConnectException _) {
                                return Way.REFUSED;
                            } catch (SocketTimeoutException _) {
                                return Way.LOST;
                            } catch (IOException _) {
                                return Way.LOST;
                            }
                        });
    }

    private static byte[] request(String path) {
        return "GET %s HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n"
                .formatted(path)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Calls until that way is taken ten times in a row; what became of the others, and how long it took. */
    private Map<Way, Integer> awaitOnly(Way way) {
        Map<Way, Integer> others = new EnumMap<>(Way.class);
        int[] inRow = {0};
        Waits.until(
                "all connections are " + way,
                PATIENCE,
                () -> {
                    Way now = call();
                    if (now != way) {
                        others.merge(now, 1, Integer::sum);
                    }
                    inRow[0] = now == way ? inRow[0] + 1 : 0;
                    return inRow[0] == 10;
                },
                () -> others + "\n" + server.daemon().log());
        return others;
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    @Test
    void packetsGoOnAndConnectionsTakeTheWayThatTheFileNames() throws IOException {
        try (UdpFlow probes = new UdpFlow(caller, server, PROBES, UdpFlow.Pace.PROBES)) {
            fails(Way.STRAIGHT, Set.of());
            String counted =
                    HttpCall.send(server.host(), "127.0.0.1", ADMIN, "GET", "localhost", "/metrics")
                            .body();

            int started = server.daemon().countInLog(STARTED);
            server.reload(
                    server.config().render().replace("on_failure: open", "on_failure: closed"));
            awaitStart(started + 1);
            awaitOnly(Way.THROUGH_FILTER);
            fails(Way.REFUSED, Set.of(Way.STRAIGHT));

            Stopped stopped = stopInTheMiddleOfARequest();
            probes.finish();
            System.out.println("probes " + probes.sent() + ", lost " + probes.gaps());
            mesh.check(
                    () -> {
                        assertThat(counted)
                                .contains("mesh_l7_loop_failures_total{kind=\"stalled\"} 1")
                                .contains("mesh_l7_loop_failures_total{kind=\"ended\"} 1");
                        assertThat(stopped.answer()).contains(" to node-");
                        assertThat(probes.lostBefore(stopped.drainingNanos()))
                                .as("lost %s", probes.gaps())
                                .isZero();
                    });
        }
    }

    private void awaitStart(int times) {
        Waits.until(
                "the filter has started again",
                PATIENCE,
                () -> server.daemon().countInLog(STARTED) == times,
                server.daemon()::log);
    }

    private void fails(Way expected, Set<Way> never) throws IOException {
        Path file = Files.createFile(mesh.lab().folder().resolve("stall"));
        long begun = System.nanoTime();
        sabotage.does(server.daemon(), "stall:" + file);
        Map<Way, Integer> meanwhile = awaitOnly(expected);
        System.out.printf(
                "stalled: %s after %.1f s, before %s%n", expected, secondsSince(begun), meanwhile);
        server.daemon().awaitLog("an event loop gives no sign of life.*whileThereIs");

        Files.delete(file);
        begun = System.nanoTime();
        Map<Way, Integer> after = awaitOnly(Way.THROUGH_FILTER);
        System.out.printf("goes on: served after %.1f s, before %s%n", secondsSince(begun), after);
        server.daemon().awaitLog("the event loop is at work again");

        int started = server.daemon().countInLog(STARTED);
        begun = System.nanoTime();
        sabotage.does(server.daemon(), "kill");
        awaitStart(started + 1);
        Map<Way, Integer> replaced = awaitOnly(Way.THROUGH_FILTER);
        System.out.printf(
                "ended: replaced and served after %.1f s, before %s%n",
                secondsSince(begun), replaced);
        server.daemon().awaitLog("an event loop has ended; the filter starts anew.*");

        Set<Way> seen = EnumSet.noneOf(Way.class);
        List.of(meanwhile, after, replaced).forEach(ways -> seen.addAll(ways.keySet()));
        mesh.check(() -> assertThat(seen).noneMatch(never::contains));
    }

    /**
     * How an agent ended.
     *
     * @param answer of a request that was under way when it was told to
     * @param drainingNanos a time when it waited for that, and its tunnels were there
     */
    private record Stopped(String answer, long drainingNanos) {}

    private Stopped stopInTheMiddleOfARequest() {
        int before = application.requests();
        FutureTask<String> late =
                new FutureTask<>(
                        () ->
                                HttpCall.send(
                                                caller.host(),
                                                server.overlay(),
                                                PORT,
                                                "GET",
                                                "web",
                                                Replica.HELD)
                                        .body());
        Thread.ofPlatform().daemon().start(late);
        Waits.until("the request is under way", PATIENCE, () -> application.requests() > before);
        server.daemon().signal("TERM");
        server.daemon().awaitLog("waiting for requests and connections to end");
        long drainingNanos = System.nanoTime();
        assertThat(call()).as("a connection that begins meanwhile").isEqualTo(Way.REFUSED);
        application.letGo();
        String answer = CallerThreads.get(late);
        assertThat(server.daemon().awaitEnd()).as(server.daemon()::log).isZero();
        return new Stopped(answer, drainingNanos);
    }
}
