import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * All rounds of a run. Ratios are taken within a round, as the machine is not the same from one to the next; of these
 * the median counts. The first product is ours, the second the one to beat.
 */
final class SwarmReport {

    private static final String NAME = "swarm";
    private static final int HOSTS_OF_A_COMPLETE_RUN = 10_000;
    private static final int ROUNDS_OF_A_COMPLETE_RUN = 3;
    private static final double KIB_PER_HOST = 4.0;

    private final int hosts;
    private final int rounds;
    private final List<String> products;
    private final List<SwarmResult> results = new ArrayList<>();

    private record Figure(String title, ToDoubleFunction<SwarmResult> value) {}

    private static final List<Figure> FIGURES =
            List.of(
                    new Figure("registrations a second, 200 hosts starting each second", SwarmResult::registrations),
                    new Figure("handshakes answered a second, all hosts at once", SwarmResult::handshakes),
                    new Figure("CPU for an answered handshake, ms", SwarmResult::cpu),
                    new Figure("CPU for a host that was let in, ms", SwarmResult::cpuPerHost),
                    new Figure("seconds until 99 % are back after a restart", SwarmResult::again),
                    new Figure("RSS with all hosts, MiB", SwarmResult::rss),
                    new Figure("most RSS until then, MiB", SwarmResult::peak),
                    new Figure("RSS for each known host, KiB", SwarmResult::kibPerHost),
                    new Figure("query latency, p50, ms", SwarmResult::p50),
                    new Figure("query latency, p99, ms", SwarmResult::p99));

    SwarmReport(int hosts, int rounds, List<String> products) {
        this.hosts = hosts;
        this.rounds = rounds;
        this.products = products;
    }

    void add(SwarmResult result) {
        results.add(result);
    }

    private double[] of(String product, ToDoubleFunction<SwarmResult> value) {
        return results.stream().filter(r -> r.name().equals(product)).mapToDouble(value).toArray();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private double ratio(ToDoubleFunction<SwarmResult> value) {
        double[] ours = of(products.get(0), value);
        double[] theirs = of(products.get(1), value);
        double[] ratios = new double[ours.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = ours[i] / theirs[i];
        }
        return median(ratios);
    }

    /** One line for each bar: what was reached, and whether that is enough. */
    String bars() {
        StringBuilder text = new StringBuilder();
        bar(text, "RSS for each known host, KiB", median(of(products.get(0), SwarmResult::kibPerHost)), KIB_PER_HOST);
        if (products.size() > 1) {
            bar(text, "CPU for an answered handshake, times nebula's", ratio(SwarmResult::cpu), 1.0);
            bar(text, "query latency p99, times nebula's", ratio(SwarmResult::p99), 1.0);
        }
        return text.toString();
    }

    private static void bar(StringBuilder text, String what, double reached, double most) {
        text.append(
                String.format(
                        Locale.ROOT,
                        "- %s: %.2f, at most %.2f: %s%n",
                        what,
                        reached,
                        most,
                        reached <= most ? "met" : "missed"));
    }

    /** Into docs/benchmarks when the run was complete, else into target/benchmarks; returns the file. */
    Path write(Path root) throws IOException {
        boolean complete =
                hosts >= HOSTS_OF_A_COMPLETE_RUN && rounds >= ROUNDS_OF_A_COMPLETE_RUN && products.size() > 1;
        Path folder = root.resolve(complete ? "docs/benchmarks" : "target/benchmarks");
        Files.createDirectories(folder);
        return Files.writeString(folder.resolve(NAME + ".md"), text());
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        text.append("# Swarm: ").append(String.format(Locale.ROOT, "%,d", hosts)).append(" hosts and one lighthouse\n\n");
        text.append("`benchmarks/swarm/run ").append(hosts).append(' ').append(rounds).append("` of ");
        text.append(LocalDate.now()).append(" on ").append(Runtime.getRuntime().availableProcessors());
        text.append(" cores; ").append(rounds).append(" rounds, there and back over the products, medians. What each figure");
        text.append(" is: [benchmarks/swarm](../../benchmarks/swarm/README.md).\n\n");
        text.append("| |").append(cells(products)).append(products.size() > 1 ? " ratio |\n" : "\n");
        text.append("|---|").append("---:|".repeat(products.size() + (products.size() > 1 ? 1 : 0))).append('\n');
        for (Figure figure : FIGURES) {
            List<String> values =
                    products.stream().map(p -> decimal(median(of(p, figure.value())))).toList();
            text.append("| ").append(figure.title()).append(" |").append(cells(values));
            text.append(products.size() > 1 ? " " + decimal(ratio(figure.value())) + " |\n" : "\n");
        }
        text.append("\nBars:\n\n").append(bars()).append("\nEvery round:\n\n```\n");
        text.append(SwarmResult.heading().stripTrailing()).append('\n');
        results.forEach(result -> text.append(result).append('\n'));
        return text.append("```\n").toString();
    }

    private static String cells(List<String> values) {
        return " " + String.join(" | ", values) + " |";
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : "%.2f", value);
    }
}
