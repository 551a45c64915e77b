package dev.asterism.l7.floods;

import static dev.asterism.l7.floods.FloodTarget.pass;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The bars of F29, by {@code benchmarks/l7/hostile}, which judges what is written here: honest requests' p99 at most
 * twice that without a flood, all of them answered, memory flat, and CPU for a step of the flood at most 1.5 times that
 * of an honest request. And what honest requests notice of the same flood while attackers leave them the cores.
 */
@Timeout(1200)
@EnabledIfSystemProperty(named = "asterism.floods.report", matches = ".+")
@SuppressWarnings("NullAway.Init") // set before all tests
class FloodCostsIT {

    private static final long MILLIS = 3000;
    private static final double HONEST = 200;
    private static final double HOSTILE = 5000;

    /** Names of floods, as a regular expression. */
    private static final String MEASURED = System.getProperty("asterism.floods.measured", ".*");

    private static final List<AutoCloseable> open = new ArrayList<>();

    private static FloodOrigin origin;
    private static AttackProcess attackers;
    private static AttackProcess yielding;
    private static FloodTarget target;

    @BeforeAll
    static void start() throws Exception {
        origin = opened(new FloodOrigin());
        attackers = opened(new AttackProcess(List.of(), HOSTILE));
        yielding = opened(AttackProcess.yielding(HOSTILE));
        target =
                opened(
                        new FloodTarget(
                                "128m", origin.port(), attackers.origin(), yielding.origin()));
        try (HonestLoad load = new HonestLoad(target.port(), 4, HONEST)) {
            pass(1000);
            assertThat(load.finished().failures()).isEmpty();
        }
        for (Flood each : Flood.values()) {
            // What it loads, and tables for as many streams as there are places, are not the
            // flood's.
            attackers.begin(each, portOf(each, 1));
            pass(each == Flood.WINDOW_STALL ? 1500 : 200);
            assertThat(attackers.end()).isPositive();
        }
        target.settled();
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private static <T extends AutoCloseable> T opened(T what) {
        open.add(what);
        return what;
    }

    @Test
    void whatFloodsCost() throws Exception {
        List<String> rows = new ArrayList<>();
        for (Flood flood : Flood.values()) {
            String name = flood.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            if (name.matches(MEASURED)) {
                rows.add("\"%s\": %s".formatted(name, cost(flood)));
            }
        }
        // Last, as the JVM compiles at first, most of all during the first of the two.
        double plain = cpu(HONEST, MILLIS);
        double request = (cpu(HONEST + 2000, MILLIS) - plain) / 2000 / MILLIS * 1000;
        String text =
                "{\"attackers\": \"a process of their own\", \"request us\": %.2f, \"floods\": {%n%s%n}}"
                        .formatted(request * 1e6, String.join(",\n", rows));
        System.out.println(text);
        Files.writeString(Path.of(System.getProperty("asterism.floods.report")), text);
    }

    /** What a flood cost, as JSON: milliseconds, microseconds, bytes. */
    private static String cost(Flood flood) throws Exception {
        long heap = target.atRest().of("heap");
        HonestLoad.Result quiet;
        HonestLoad.Result loud;
        int failed;
        double calm;
        double busy;
        long steps;
        try (HonestLoad load = new HonestLoad(target.port(), 4, HONEST)) {
            pass(300);
            load.restart();
            double began = target.cpuSeconds();
            pass(MILLIS);
            calm = target.cpuSeconds() - began;
            quiet = load.result();
            attackers.begin(flood, portOf(flood, 1));
            pass(300);
            load.restart();
            began = target.cpuSeconds();
            steps = -attackers.steps();
            pass(MILLIS);
            steps += attackers.steps();
            busy = target.cpuSeconds() - began;
            loud = load.result();
            attackers.end();
            failed = load.finished().failures().size();
        }
        long left = target.atRest().of("heap") - heap;
        HonestLoad.Result alone = besideYielding(flood);
        failed += alone.failures().size();
        return String.format(
                Locale.ROOT,
                "{\"steps\": %d, \"honest\": %d, \"failed\": %d, \"p99 before ms\": %.3f,"
                        + " \"p99 during ms\": %.3f, \"p99 yielding ms\": %.3f, \"more CPU ms\": %.1f,"
                        + " \"heap\": %d}",
                steps,
                loud.requests(),
                failed,
                quiet.p99Millis(),
                loud.p99Millis(),
                alone.p99Millis(),
                (busy - calm) * 1e3,
                left);
    }

    /** Honest requests beside attackers that leave them the cores. */
    private static HonestLoad.Result besideYielding(Flood flood) throws Exception {
        try (HonestLoad load = new HonestLoad(target.port(), 4, HONEST)) {
            yielding.begin(flood, portOf(flood, 2));
            pass(300);
            load.restart();
            pass(MILLIS);
            HonestLoad.Result result = load.finished();
            assertThat(yielding.end()).isPositive();
            target.settled();
            return result;
        }
    }

    /** Bad answers come from the server in the attackers' process, all else is asked of the honest application. */
    private static int portOf(Flood flood, int ofAttackers) {
        return target.port(flood.hasBadAnswers() ? ofAttackers : 0);
    }

    private static double cpu(double rate, long millis) throws IOException {
        try (HonestLoad _ = new HonestLoad(target.port(), 4, rate)) {
            pass(500);
            double began = target.cpuSeconds();
            pass(millis);
            return target.cpuSeconds() - began;
        }
    }
}
