package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * F30 and F33 for a whole agent: memory for buffers runs out, then descriptors. The agent counts and says what it
 * sheds, packets of the tunnel go on, and afterwards honest requests are answered by the same process. At last its heap
 * is full: it ends, and what is started in its place is found again.
 */
@SuppressWarnings("NullAway.Init") // set before each test
class ShortageIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PORT = 8080;
    private static final int ADMIN = 4191;
    private static final int PROBES = 7000;

    /** A third of what {@code bin/asterism} gives a node with a filter. */
    private static final int HEAP_MIB = Integer.getInteger("asterism.shortage.heap", 32);

    private static final int UPLOADS = 40;
    private static final int UPLOAD_BYTES = 1 << 20;

    /** Of a head that does not end; the most is 32 KiB. */
    private static final int HEAD_BYTES = 30 << 10;

    /** Opened at a time, until the bound is met. */
    private static final int HEADS = 50;

    /** Descriptors that the agent may open beside those that it has. */
    private static final int SPARE_FILES = 6;

    private static final int FLOOD = 64;

    /** So long does systemd wait before it starts an agent that has ended. */
    private static final Duration RESTART = Duration.ofMillis(250);

    /** What {@code -XX:+ExitOnOutOfMemoryError} ends with. */
    private static final int OUT_OF_MEMORY = 3;

    private static final String GAVE_WAY = "mesh_l7_gave_way_total";
    private static final String NO_DESCRIPTOR =
            "mesh_l7_connections_refused_total{bound=\"descriptors\"}";
    private static final String ANSWERED = "200 ";
    private static final String FILTER =
            """
            l7:
              enabled: true
              threads: 2
              admin: "127.0.0.1:4191"
              serve: {web: {port: 8080, to: "127.0.0.1:8080", protocol: http1}}
            """;

    private StaticMesh mesh;
    private NamespaceNode caller;
    private NamespaceNode server;
    private final List<Socket> sockets = new ArrayList<>();

    @BeforeEach
    void build() {
        NetLab.requireRights();
        mesh = new StaticMesh(Ours.AGENT);
        caller = mesh.member(1, "web");
        server = mesh.member(2, "web");
        server.config().section(FILTER).rule("{port: 8080, proto: tcp, host: any}");
        server.runsWith(
                Map.of("_JAVA_OPTIONS", "-Xmx" + HEAP_MIB + "m -XX:+ExitOnOutOfMemoryError"));
        mesh.acquaint(caller, server);
        GreedyApplication.start(mesh.lab(), server, PORT);
        mesh.start();
        awaitAnswer();
    }

    @AfterEach
    void close() {
        mesh.close();
    }

    @Test
    @Timeout(300)
    void itShedsWhatItHasNoRoomForAndGoesOn() throws IOException {
        Sabotage sabotage = Sabotage.into(mesh.lab().folder());
        try (UdpFlow probes = new UdpFlow(caller, server, PROBES, UdpFlow.Pace.PROBES)) {
            Map<String, Integer> honest = meetTheBoundOfBuffers();
            double gaveWay = sum(metrics(), GAVE_WAY);
            String status = meetTheLimitOfDescriptors();
            double refused = sum(metrics(), NO_DESCRIPTOR);
            boolean same = server.daemon().isAlive();
            int told = server.daemon().countInLog("Control socket could not take a connection");
            long aliveNanos = System.nanoTime();

            sabotage.endsBy(server.daemon(), "fill");
            int exit = server.daemon().awaitEnd();
            long endedNanos = System.nanoTime();
            Waits.watchFor(RESTART);
            server.start();
            server.awaitReady();
            Waits.until("a packet arrives", PATIENCE, () -> probes.arrivedAfter(endedNanos));
            awaitAnswer();
            long answeredNanos = System.nanoTime();
            probes.finish();
            System.out.printf(
                    "%d MiB: honest %s, gave way %.0f; descriptors: refused %.0f; %d probes, lost %s;"
                            + " a packet %.2f s after the end of a full heap, an answer after %.2f s%n",
                    HEAP_MIB,
                    honest,
                    gaveWay,
                    refused,
                    probes.sent(),
                    probes.gaps(),
                    probes.firstAfter(endedNanos) / 1e9,
                    (answeredNanos - endedNanos) / 1e9);

            mesh.check(
                    () -> {
                        assertThat(honest).containsKey(ANSWERED);
                        assertThat(honest.keySet())
                                .allMatch(what -> what.matches("200 |503 overflow"));
                        assertThat(gaveWay).isPositive();
                        assertThat(refused).isPositive();
                        assertThat(status).contains("\"ok\":true");
                        assertThat(told).as("lines about one client that waits").isLessThan(5);
                        assertThat(same).isTrue();
                        assertThat(exit).isEqualTo(OUT_OF_MEMORY);
                        // The load fills queues of the kernel too, where some packets may be lost.
                        assertThat(probes.lostBefore(aliveNanos))
                                .as("lost %s", probes.gaps())
                                .isLessThan(probes.sent() / 20);
                    });
        }
    }

    /** What became of a steady caller's requests meanwhile, by status and reason. */
    private Map<String, Integer> meetTheBoundOfBuffers() {
        AtomicBoolean over = new AtomicBoolean();
        FutureTask<Map<String, Integer>> calls = new FutureTask<>(() -> callUntil(over));
        Thread.ofPlatform().daemon().start(calls);
        byte[] body = new byte[UPLOAD_BYTES];
        caller.host()
                .inside(
                        () -> {
                            for (int i = 0; i < UPLOADS; i++) {
                                Socket socket = sent(post(UPLOAD_BYTES));
                                Thread.ofVirtual().start(() -> write(socket, body));
                            }
                            return UPLOADS;
                        });
        String head =
                "GET / HTTP/1.1\r\nHost: web\r\n"
                        + "x-field: %s\r\n".formatted("v".repeat(1000)).repeat(HEAD_BYTES / 1024);
        Waits.until(
                "memory is at its bound",
                PATIENCE,
                () -> {
                    open(HEADS, head);
                    return sum(metrics(), GAVE_WAY) > 0;
                },
                () -> metrics() + server.daemon().log());
        server.daemon().awaitLog("buffers are at their bound.*bound=buffers");
        over.set(true);
        Map<String, Integer> seen = CallerThreads.get(calls);
        closeAll();
        Waits.until(
                "connections and buffers are given back",
                PATIENCE,
                () -> {
                    String now = metrics();
                    return sum(now, "mesh_l7_connections{side=\"client\"}") == 0
                            && sum(now, "mesh_l7_buffered_bytes") == 0
                            && sum(now, "mesh_l7_inflight") == 0;
                },
                () -> metrics() + server.daemon().log());
        awaitAnswer();
        return seen;
    }

    private Map<String, Integer> callUntil(AtomicBoolean over) {
        Map<String, Integer> seen = new TreeMap<>();
        while (!over.get()) {
            seen.merge(call(), 1, Integer::sum);
            Waits.watchFor(Duration.ofMillis(20));
        }
        return seen;
    }

    /** What the control socket answers to one who came while there was no descriptor for him. */
    private String meetTheLimitOfDescriptors() throws IOException {
        String before = server.daemon().limit("Max open files");
        limitFiles(Integer.toString(server.daemon().descriptors() + SPARE_FILES));
        open(FLOOD, post(UPLOAD_BYTES));
        server.daemon().awaitLog("connections are refused.*bound=descriptors");
        try (SocketChannel waiting =
                SocketChannel.open(
                        UnixDomainSocketAddress.of(
                                server.configFile().resolveSibling("neb0.sock")))) {
            waiting.write(
                    ByteBuffer.wrap(
                            "{\"v\":1,\"do\":\"status\"}\n".getBytes(StandardCharsets.US_ASCII)));
            server.daemon().awaitLog("Control socket could not take a connection");
            Waits.watchFor(Duration.ofMillis(200)); // in which it must not say so again and again
            closeAll();
            ByteBuffer answer = ByteBuffer.allocate(8 << 10);
            waiting.read(answer);
            awaitAnswer();
            limitFiles(before);
            return StandardCharsets.UTF_8.decode(answer.flip()).toString();
        }
    }

    private void limitFiles(String soft) {
        Shell.check(
                "prlimit", "--pid", Long.toString(server.daemon().pid()), "--nofile=" + soft + ":");
    }

    private String call() {
        HttpCall call = HttpCall.send(caller.host(), server.overlay(), PORT, "GET", "web", "/");
        return call.status() + " " + call.field("x-mesh-reason");
    }

    private void awaitAnswer() {
        Waits.until(
                "the filter answers",
                PATIENCE,
                () -> call().equals(ANSWERED),
                server.daemon()::log);
    }

    private void open(int count, String begun) {
        caller.host()
                .inside(
                        () -> {
                            for (int i = 0; i < count; i++) {
                                sent(begun);
                            }
                            return count;
                        });
    }

    /** The beginning of a request; inside the caller's host. */
    private Socket sent(String begun) {
        Socket socket = new Socket();
        sockets.add(socket);
        try {
            socket.connect(new InetSocketAddress(server.overlay(), PORT), 10_000);
        } catch (IOException _) {
            return socket; // One less; what the agent refuses it counts.
        }
        write(socket, begun.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void write(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException _) {
            // The agent has ended it, or the test has.
        }
    }

    private static String post(int length) {
        return "POST %s HTTP/1.1\r\nHost: web\r\ncontent-length: %d\r\n\r\n"
                .formatted(GreedyApplication.SINK, length);
    }

    private void closeAll() {
        for (Socket socket : sockets) {
            try {
                socket.setSoLinger(true, 0); // an end behind data that finds no room would wait
                socket.close();
            } catch (IOException _) {
                // It is gone in any case.
            }
        }
        sockets.clear();
    }

    private String metrics() {
        return HttpCall.send(server.host(), "127.0.0.1", ADMIN, "GET", "localhost", "/metrics")
                .body();
    }

    private static double sum(String metrics, String series) {
        return metrics.lines()
                .filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
