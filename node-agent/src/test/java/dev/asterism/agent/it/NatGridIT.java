package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Scenario F05 of the fault bench: every kind of NAT towards every other, with this agent on both sides, on one of
 * them, and with Nebula alone in the same minutes. Six pairs by default; with {@code -Dasterism.nat.grid=full} all of
 * them, which also writes docs/benchmarks/nat-grid.md.
 */
@Execution(ExecutionMode.CONCURRENT)
class NatGridIT {

    private static final boolean FULL = "full".equals(System.getProperty("asterism.nat.grid"));
    private static final Duration MOST = Duration.ofSeconds(20);
    private static final Nebula NEBULA = Nebula.OLD;
    private static final Path REPORT = Path.of("..", "docs", "benchmarks", "nat-grid.md");

    private static final NatGrid.Cast STOCK = new NatGrid.Cast(NEBULA, NEBULA, NEBULA);

    /** Meshes that run at one time; what waits for an answer costs nothing, what starts does. */
    private static final int AT_ONCE = FULL ? 2 : 3;

    /** A measured mesh, and the logs of the pairs that did not connect. */
    private record Measured(
            NatGrid.Cast cast, boolean relay, List<NatGrid.Cell> cells, String logs) {}

    @Test
    void connectsEveryPairThroughARelayAndWithoutOneWhatNebulaConnects() {
        NEBULA.require();
        List<Measured> all;
        all = measureAll();
        String table = table(all);
        System.out.println(table);
        if (FULL) {
            writeReport(table);
        }
        Measured stock = find(all, STOCK, false);
        for (Measured ours : all) {
            if (ours.cast().equals(STOCK)) {
                continue;
            }
            assertThat(ours.cells())
                    .as("%s, relay: %s\n%s", ours.cast(), ours.relay(), ours.logs())
                    .zipSatisfy(
                            stock.cells(),
                            (cell, nebulas) ->
                                    assertThat(
                                                    cell.connects()
                                                            || !(ours.relay()
                                                                    || nebulas.connects()))
                                            .as("%s to %s", cell.a(), cell.b())
                                            .isTrue());
        }
    }

    private static List<NatGrid.Cast> casts() {
        Ours ours = Ours.AGENT;
        NatGrid.Cast all = new NatGrid.Cast(ours, ours, ours);
        NatGrid.Cast begins = new NatGrid.Cast(NEBULA, ours, NEBULA);
        NatGrid.Cast answers = new NatGrid.Cast(ours, NEBULA, ours);
        return FULL ? List.of(all, begins, answers, STOCK) : List.of(all, begins, STOCK);
    }

    private static List<Measured> measureAll() {
        List<Callable<Measured>> work = new ArrayList<>();
        for (boolean relay : new boolean[] {false, true}) {
            for (NatGrid.Cast cast : casts()) {
                if (FULL || !(relay && cast.equals(STOCK))) {
                    work.add(() -> measure(cast, relay));
                }
            }
        }
        return NatGrid.together(work, AT_ONCE);
    }

    private static Measured measure(NatGrid.Cast cast, boolean relay) {
        List<NatKind> every = List.of(NatKind.values());
        List<NatKind> from = FULL ? every : List.of(NatKind.PORT_RESTRICTED, NatKind.SYMMETRIC);
        List<NatKind> to =
                FULL ? every : List.of(NatKind.CONE, NatKind.PORT_RESTRICTED, NatKind.SYMMETRIC);
        try (NatGrid grid = new NatGrid(cast, relay, from, to)) {
            List<NatGrid.Cell> cells = grid.start().measure(MOST);
            StringBuilder logs = new StringBuilder();
            cells.stream()
                    .filter(cell -> !cell.connects())
                    .forEach(cell -> logs.append(grid.logs(cell.a(), cell.b())).append('\n'));
            return new Measured(cast, relay, cells, logs.toString());
        }
    }

    private static Measured find(List<Measured> all, NatGrid.Cast cast, boolean relay) {
        return all.stream()
                .filter(m -> m.cast().equals(cast) && m.relay() == relay)
                .findFirst()
                .orElseThrow();
    }

    /** One line for each pair, one column for each mesh. */
    private static String table(List<Measured> all) {
        StringBuilder text = new StringBuilder("| from | to |");
        StringBuilder rule = new StringBuilder("|---|---|");
        Map<String, StringBuilder> rows = new LinkedHashMap<>();
        for (Measured mesh : all) {
            text.append(mesh.relay() ? " relay: " : " ").append(mesh.cast()).append(" |");
            rule.append("---|");
            for (NatGrid.Cell cell : mesh.cells()) {
                String pair = "| " + cell.a() + " | " + cell.b() + " |";
                rows.computeIfAbsent(pair, start -> new StringBuilder(start)).append(seconds(cell));
            }
        }
        text.append('\n').append(rule).append('\n');
        rows.values().forEach(row -> text.append(row).append('\n'));
        return text.toString();
    }

    private static String seconds(NatGrid.Cell cell) {
        return cell.connects() ? " %.1f |".formatted(cell.millis() / 1e3) : " no |";
    }

    private static void writeReport(String table) {
        String text =
                """
                # NAT grid

                Seconds from the first packet of one host to another until both had an answer from the other; `no`: \
                not within %d s.
                Each column is one mesh: who begins, who answers, and who is the lighthouse and, in columns with \
                `relay`, the relay. All pairs of a mesh begin at the same time, on
                one machine, so the seconds say little more than yes or no. The kinds of NAT are those of `NatKind`; \
                written by `./verify --nightly`, which fails when a pair does
                not connect with a relay, or does not connect without one while it does with Nebula alone in the same \
                run.

                """
                        .formatted(MOST.toSeconds());
        try {
            Files.writeString(REPORT, text + table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
