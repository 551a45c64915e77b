package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What happens to the calls through the L7 filter while the mesh changes under them: replicas fail, die and move, a
 * certificate is blocked, the file is read again. Every order has an id, and the applications tell which they
 * executed.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class L7FaultsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** An endpoint that failed again and again rests for up to a minute. */
    private static final Duration RESTED = Duration.ofSeconds(90);

    private static final int THREADS = 16;
    private static final int ORDERS_EACH = 250;
    private static final int ROUTES = 1000;

    /** The proof asks for 1,000, which takes minutes: {@code -Dasterism.l7.reloads=1000}. */
    private static final int RELOADS = Integer.getInteger("asterism.l7.reloads", 50);

    private static final int MOVED_TO = 77;
    private static final String RELOADED = "L7 filter reloaded";

    private static OrdersMesh mesh;

    /** One request and what came of it. */
    record Outcome(String method, String id, HttpCall call) {

        boolean isGood() {
            return call.status() == 200;
        }
    }

    @BeforeAll
    static void build() {
        mesh = new OrdersMesh();
    }

    @AfterAll
    static void close() {
        if (mesh != null) {
            mesh.close();
        }
    }

    /** Its answer is a failure after the order has been executed, in 30 % of them, and nothing rests. */
    @Test
    @Order(1)
    void anOrderIsExecutedOnceAndAReadIsRepeated() {
        List<Outcome> outcomes =
                flat(
                        CallerThreads.start(
                                        mesh.web().host(),
                                        THREADS,
                                        thread -> {
                                            List<Outcome> seen = new ArrayList<>();
                                            try (HttpSession session =
                                                    mesh.session("stubborn.mesh")) {
                                                for (int i = 0; i < ORDERS_EACH; i++) {
                                                    seen.add(ask(session, "once-" + thread, i));
                                                }
                                            }
                                            return seen;
                                        })
                                .results());

        System.out.println("a replica that fails, without a rest for it: " + summary(outcomes));
        mesh.check(
                () -> {
                    checkReads(outcomes);
                    checkOrders(outcomes, "once-");
                    assertThat(executed("once-")).hasSize(THREADS * ORDERS_EACH / 2);
                    assertThat(outcomes)
                            .as("the failing replica is asked and its failures are passed on")
                            .anyMatch(o -> o.method().equals("POST") && o.call().status() == 503);
                });
    }

    @Test
    @Order(2)
    void noRequestIsLostWhileAThousandRoutesAreReadAgainAndAgain() {
        Daemon daemon = mesh.web().daemon();
        int before = daemon.countInLog(RELOADED);
        reload(0, before + 1);
        List<Outcome> outcomes =
                underLoad(
                        "wide.mesh",
                        "wide-",
                        () -> {
                            for (int i = 1; i <= RELOADS; i++) {
                                reload(i, before + 1 + i);
                            }
                        });
        HttpCall last = mesh.get(mesh.web(), "wide.mesh", "/orders/area-" + (ROUTES - 1));
        mesh.web().reload();

        System.out.println(RELOADS + " reloads of " + ROUTES + " routes: " + summary(outcomes));
        mesh.check(
                () -> {
                    assertThat(last.field("x-generation")).isEqualTo(String.valueOf(RELOADS));
                    assertThat(outcomes).hasSizeGreaterThan(RELOADS);
                    assertThat(outcomes).allMatch(Outcome::isGood);
                    checkOrders(outcomes, "wide-");
                });
    }

    private static void reload(int generation, int inLog) {
        Daemon daemon = mesh.web().daemon();
        mesh.web().reload(mesh.withService(manyRoutes(generation)));
        Waits.until(
                "reload " + generation,
                PATIENCE,
                () -> daemon.countInLog(RELOADED) >= inLog,
                daemon::log);
    }

    /** Every generation of the file answers with another number. */
    private static String manyRoutes(int generation) {
        StringBuilder text =
                new StringBuilder(
                        """
                            wide:
                              port: 8086
                              pool: {static: ["10.42.0.11:8080", "10.42.0.13:8080"]}
                              routes:
                        """);
        for (int i = 0; i < ROUTES; i++) {
            text.append("        - {match: {prefix: /orders/area-").append(i);
            text.append("}, response_headers: {x-generation: \"").append(generation);
            text.append("\"}}\n");
        }
        return text.toString();
    }

    @Test
    @Order(3)
    void aBlockedCallersStreamIsCut() throws IOException {
        try (Socket socket = mesh.stream()) {
            InputStream in = socket.getInputStream();
            Waits.until("the stream is under way", PATIENCE, () -> mesh.sound().streams() == 1);
            assertThat(in.readNBytes(1000)).hasSize(1000);

            mesh.first().reload(blocking(mesh.web()));
            mesh.first().daemon().awaitLog("Config reload complete.*pki.blocklist");
            long inForce = System.nanoTime();
            Waits.until("the stream is cut", PATIENCE, () -> mesh.sound().streams() == 0);

            System.out.printf(
                    "stream cut %d ms after the blocklist was seen to be in force%n",
                    (mesh.sound().lastStreamEnded() - inForce) / 1_000_000);
        }
        HttpCall blocked = mesh.get(mesh.web(), "one.mesh", "/orders/1");
        HttpCall elsewhere = mesh.get(mesh.web(), "pair.mesh", "/orders/1");
        HttpCall other = mesh.get(mesh.batch(), "one.mesh", "/healthz");
        mesh.first().reload();
        int used = mesh.sound().requests();
        Waits.until(
                "it may call again",
                RESTED,
                () -> {
                    mesh.get(mesh.web(), "one.mesh", "/orders/1");
                    return mesh.sound().requests() > used;
                });
        mesh.check(
                () -> {
                    assertThat(blocked.status())
                            .as("the caller that is blocked: %s", blocked)
                            .isGreaterThanOrEqualTo(500);
                    assertThat(elsewhere.status())
                            .as("at the other replica: %s", elsewhere)
                            .isEqualTo(200);
                    assertThat(other.status()).as("another caller: %s", other).isEqualTo(200);
                });
    }

    /** The file of the first replica's node with the certificate of another one on its list. */
    private static String blocking(NamespaceNode whom) {
        String text = mesh.first().config().render();
        String fingerprint =
                mesh.first()
                        .daemon()
                        .lastInLog(
                                "vpnAddrs=\\[%s\\].*?fingerprint=([0-9a-f]{64})"
                                        .formatted(whom.overlay()));
        return text.replaceFirst("pki:", "pki:\n  blocklist: [" + fingerprint + "]");
    }

    /** Without a word to the callers: the one that sends finds out by the replica's packets. */
    @Test
    @Order(4)
    void aReplicaMovesToAnotherUnderlayAddress() {
        List<Outcome> outcomes =
                underLoad(
                        "pair.mesh",
                        "moved-",
                        () -> {
                            mesh.first().host().moveTo(MOVED_TO);
                            int used = mesh.sound().requests();
                            Waits.until(
                                    "it is used where it is now",
                                    RESTED,
                                    () -> mesh.sound().requests() > used + 500,
                                    mesh.web().daemon()::log);
                        });

        System.out.println("a replica moved: " + summary(outcomes));
        mesh.check(() -> checkOnlyOrdersUnderWayFailed(outcomes, "moved-"));
    }

    /** Last, as a replica that was away has to earn its share again. */
    @Test
    @Order(5)
    void aReplicaIsKilledAndComesBack() {
        List<Outcome> outcomes =
                underLoad(
                        "pair.mesh",
                        "killed-",
                        () -> {
                            int before = mesh.sound().requests();
                            Waits.until(
                                    "it is used",
                                    RESTED,
                                    () -> mesh.sound().requests() > before + 50);
                            mesh.first().kill();
                            int carried = mesh.slow().requests();
                            Waits.until(
                                    "the other one carries it",
                                    PATIENCE,
                                    () -> mesh.slow().requests() > carried + 500);
                            mesh.first().start();
                            mesh.first().awaitReady();
                            int back = mesh.sound().requests();
                            Waits.until(
                                    "it is used again",
                                    RESTED,
                                    () -> mesh.sound().requests() > back + 500,
                                    mesh.web().daemon()::log);
                        });

        System.out.println("a replica killed and back: " + summary(outcomes));
        mesh.check(() -> checkOnlyOrdersUnderWayFailed(outcomes, "killed-"));
    }

    /** At most one of each session; none is executed again. */
    private static void checkOnlyOrdersUnderWayFailed(List<Outcome> outcomes, String prefix) {
        List<Outcome> failed = outcomes.stream().filter(o -> !o.isGood()).toList();
        assertThat(failed).allMatch(o -> o.method().equals("POST"));
        assertThat(failed).hasSizeLessThanOrEqualTo(THREADS);
        checkOrders(outcomes, prefix);
    }

    private static Outcome ask(HttpSession session, String prefix, int number) {
        String method = number % 2 == 0 ? "GET" : "POST";
        String id = prefix + "-" + number;
        String field = method.equals("POST") ? Replica.ORDER + ": " + id + "\r\n" : "";
        String path = "/orders/area-" + number % ROUTES;
        return new Outcome(method, id, session.ask(method, path, field));
    }

    /** What came of the requests that several sessions sent from before the work until after it. */
    private static List<Outcome> underLoad(String host, String prefix, Runnable work) {
        AtomicBoolean over = new AtomicBoolean();
        AtomicBoolean begun = new AtomicBoolean();
        CallerThreads<List<Outcome>> load =
                CallerThreads.start(
                        mesh.web().host(),
                        THREADS,
                        thread -> {
                            List<Outcome> seen = new ArrayList<>();
                            try (HttpSession session = mesh.session(host)) {
                                while (!over.get()) {
                                    seen.add(ask(session, prefix + thread, seen.size()));
                                    begun.set(true);
                                }
                            }
                            return seen;
                        });
        try {
            Waits.until("load is on", PATIENCE, begun::get);
            work.run();
        } finally {
            over.set(true);
        }
        return flat(load.results());
    }

    private static void checkReads(List<Outcome> outcomes) {
        List<Outcome> reads = outcomes.stream().filter(o -> o.method().equals("GET")).toList();
        assertThat(reads.stream().filter(Outcome::isGood).count())
                .isGreaterThanOrEqualTo((reads.size() * 999L + 999) / 1000);
    }

    /** No order twice, and none that was not executed although its answer says so. */
    private static void checkOrders(List<Outcome> outcomes, String prefix) {
        List<String> executed = executed(prefix);
        assertThat(executed).doesNotHaveDuplicates();
        assertThat(executed)
                .containsAll(
                        outcomes.stream()
                                .filter(o -> o.method().equals("POST") && o.isGood())
                                .map(Outcome::id)
                                .toList());
    }

    private static List<String> executed(String prefix) {
        return Stream.of(mesh.sound(), mesh.failing(), mesh.slow())
                .flatMap(replica -> replica.orders().stream())
                .filter(id -> id.startsWith(prefix))
                .toList();
    }

    private static List<Outcome> flat(List<List<Outcome>> parts) {
        return parts.stream().flatMap(List::stream).toList();
    }

    private static Map<String, Integer> summary(List<Outcome> outcomes) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Outcome outcome : outcomes) {
            String said =
                    outcome.call().status() == 0
                            ? outcome.call().body()
                            : outcome.call().status() + " " + outcome.call().field("x-mesh-reason");
            counts.merge(outcome.method() + " " + said.strip(), 1, Integer::sum);
        }
        return counts;
    }
}
