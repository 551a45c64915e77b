package dev.asterism.agent.it;

import dev.asterism.agent.it.RolesMesh.Pair;
import dev.asterism.agent.it.RolesMesh.Plan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** What came of every cell of {@link VersionMatrix}, and the document that says so. */
final class MatrixReport {

    private static final Path DOCUMENT = Path.of("..", "docs", "benchmarks", "interop.md");
    private static final Path INCOMPLETE = Path.of("target", "interop.md");

    private final String which;
    private final int planned;
    private final int megabytes;
    private final long begun = System.nanoTime();
    private final List<Outcome> outcomes = new ArrayList<>();

    /**
     * @param which name of the matrix
     * @param planned cells
     * @param megabytes in each direction of each
     */
    MatrixReport(String which, int planned, int megabytes) {
        this.which = which;
        this.planned = planned;
        this.megabytes = megabytes;
    }

    /** How a cell ended. */
    enum End {
        PASSED,
        FAILED,
        SKIPPED
    }

    /**
     * One cell.
     *
     * @param firstMillis from the first packet of who begins to the first answer
     * @param there megabytes a second, of the slower family
     * @param why it did not pass; empty when it did
     */
    record Outcome(
            Plan plan, Pair pair, End end, long firstMillis, long there, long back, String why) {

        static Outcome passed(Plan plan, Pair pair, long firstMillis, long there, long back) {
            return new Outcome(plan, pair, End.PASSED, firstMillis, there, back, "");
        }

        static Outcome without(Plan plan, Pair pair, End end, Throwable why) {
            String text = String.valueOf(why.getMessage()).strip();
            return new Outcome(plan, pair, end, 0, 0, 0, text.replaceAll("\\s*\n\\s*", " "));
        }

        boolean has(End which) {
            return end == which;
        }

        private String mesh() {
            return "| %s | %s | %s | %s | %s |"
                    .formatted(
                            plan.nebula(),
                            plan.shown().versions(),
                            plan.shown().inside(),
                            plan.shown().curve(),
                            plan.cipher());
        }

        private String parts() {
            return MatrixReport.parts(plan, pair);
        }

        @Override
        public String toString() {
            return "%s, %s: %s"
                    .formatted(
                            plan,
                            pair,
                            end == End.PASSED
                                    ? "first answer after %d ms, %d MB/s, back %d MB/s"
                                            .formatted(firstMillis, there, back)
                                    : end + ", " + why);
        }
    }

    /** Who plays which part, as cells of a table. */
    static String parts(Plan plan, Pair pair) {
        return "| %s | %s | %s | %s |"
                .formatted(
                        who(plan.lighthouse()),
                        pair.relay() == null ? "none" : who(pair.relay()),
                        who(pair.a()),
                        who(pair.b()));
    }

    private static String who(Product product) {
        return product == Ours.AGENT ? "asterism" : "nebula";
    }

    /** What is known so far goes to target: a run of many minutes may be ended. */
    synchronized void add(List<Outcome> more) {
        outcomes.addAll(more);
        write(INCOMPLETE);
    }

    /** The document, if it is the whole of a matrix with as much as the document is about. */
    synchronized void finish(boolean whole) {
        if (whole && count(End.PASSED) + count(End.FAILED) == planned) {
            write(DOCUMENT);
        }
        System.out.println(totals());
    }

    private void write(Path file) {
        try {
            Files.writeString(file, text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String totals() {
        return "%d cells passed, %d failed, %d skipped of %d"
                .formatted(count(End.PASSED), count(End.FAILED), count(End.SKIPPED), planned);
    }

    private long count(End end) {
        return outcomes.stream().filter(o -> o.has(end)).count();
    }

    private String head() {
        return """
                # Interoperation with Nebula: versions, curves, ciphers, families

                The %1$s matrix of %2$s: **%3$s**, in %4$d meshes and %5$d minutes. `VersionMatrixIT` writes this page \
                when `-Dasterism.interop.versions`
                is `pairwise` (every two values of different columns meet, and every part of a mesh is played by both \
                products in each; `./verify
                --nightly` runs it) or `all` (the full product).

                A mesh has one lighthouse, a relay of each product, hosts of each that begin, and hosts of each that \
                answer. Between the two
                hosts of a pair with a relay, a packet filter drops the underlay's packets both ways. What a cell \
                checks, in each family that is inside:

                - a ping from who begins, without a tunnel before it;
                - the group's port is open and another group's is not, in both directions (UDP, by the certificate's \
                groups);
                - %6$d MB of TCP in each direction, with equal SHA-256 at both ends;
                - with a relay: at least so many bytes came in at the relay.

                With both families inside, IPv4 begins where the cipher is `aes`, else IPv6. Hosts with certificates \
                of both versions and IPv6 inside
                have `pki.initiating_version: 2`, the others the default.

                Not here because they cannot be: IPv6 with a certificate of version 1 (it has no field for it), IPv6 \
                alone with both versions (both
                certificates must begin with the same network), and cells in which nobody is this agent. Nebula 1.6.1 \
                knows neither version 2 nor
                P256: it has `InteropMatrixIT`, `RelayIT` and `NatGridIT`. The rates are of a machine that was doing \
                other things as well.

                ## By mesh

                `versions`: of lighthouse and relays, of who begins, of who answers; `12` is both. MB/s: least and \
                most, there and back.

                | nebula | versions | inside | curve | cipher | passed | failed | slowest first answer, s | MB/s, \
                direct | MB/s, relayed |
                |---|---|---|---|---|---|---|---|---|---|
                """
                .formatted(
                        which,
                        LocalDate.now(ZoneOffset.UTC),
                        totals(),
                        outcomes.stream().map(Outcome::plan).distinct().count(),
                        Duration.ofNanos(System.nanoTime() - begun).toMinutes(),
                        megabytes);
    }

    private String text() {
        StringBuilder text = new StringBuilder(head());
        by(Outcome::mesh)
                .forEach(
                        (mesh, cells) ->
                                text.append(mesh)
                                        .append(
                                                " %s | %s | %s |\n"
                                                        .formatted(
                                                                ends(cells),
                                                                rates(cells, false),
                                                                rates(cells, true))));
        text.append(
                """

                ## By part

                | lighthouse | relay | begins | answers | passed | failed | slowest first answer, s | MB/s |
                |---|---|---|---|---|---|---|---|
                """);
        by(Outcome::parts)
                .forEach(
                        (parts, cells) ->
                                text.append(parts)
                                        .append(
                                                " %s | %s |\n"
                                                        .formatted(ends(cells), rates(cells))));
        List<Outcome> others = outcomes.stream().filter(o -> !o.has(End.PASSED)).toList();
        if (!others.isEmpty()) {
            text.append("\n## What did not pass\n\n| cell | how it ended |\n|---|---|\n");
            others.forEach(
                    o ->
                            text.append(
                                    "| %s, %s | %s: %s |\n"
                                            .formatted(o.plan(), o.pair(), o.end(), o.why())));
        }
        return text.toString();
    }

    private Map<String, List<Outcome>> by(Function<Outcome, String> key) {
        return outcomes.stream()
                .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
    }

    private static String ends(List<Outcome> cells) {
        return "%d | %d | %.1f"
                .formatted(
                        cells.stream().filter(o -> o.has(End.PASSED)).count(),
                        cells.stream().filter(o -> o.has(End.FAILED)).count(),
                        cells.stream().mapToLong(Outcome::firstMillis).max().orElse(0) / 1e3);
    }

    private static String rates(List<Outcome> cells, boolean relayed) {
        return rates(cells.stream().filter(o -> (o.pair().relay() != null) == relayed).toList());
    }

    private static String rates(List<Outcome> cells) {
        List<Outcome> passed = cells.stream().filter(o -> o.has(End.PASSED)).toList();
        return passed.isEmpty()
                ? "-"
                : range(passed, Outcome::there) + ", " + range(passed, Outcome::back);
    }

    private static String range(List<Outcome> cells, ToLongFunction<Outcome> rate) {
        return cells.stream().mapToLong(rate).min().orElseThrow()
                + "-"
                + cells.stream().mapToLong(rate).max().orElseThrow();
    }
}
