package dev.asterism.agent.client;

import java.util.List;
import java.util.Locale;

/** What the L7 filter answers, as text for people. */
final class FilterText {

    private static final double MILLION = 1e6;

    private final Screen screen;

    FilterText(Screen screen) {
        this.screen = screen;
    }

    String stat(JsonValue data) {
        TextTable table =
                new TextTable(
                        List.of(
                                "DIR", "SERVICE", "ROUTE", "SUCCESS", "RPS", "P50", "P95", "P99",
                                "RETRIES", "SHED", "EJECTED", "NOW"));
        double seconds = Math.max(1, data.number("window_ms")) / 1000.0;
        for (JsonValue row : data.objects("routes")) {
            long requests = row.number("requests");
            table.row(
                    List.of(
                            row.text("dir").equals("inbound") ? "in" : "out",
                            row.text("service").isEmpty() ? "-" : row.text("service"),
                            row.text("route").isEmpty() ? "-" : row.text("route"),
                            requests == 0 ? "-" : success(requests, row.number("failed")),
                            rate(requests / seconds),
                            latency(requests, row.number("p50_us")),
                            latency(requests, row.number("p95_us")),
                            latency(requests, row.number("p99_us")),
                            retries(row),
                            shed(row),
                            row.text("ejected"),
                            row.text("inflight")));
        }
        String head = "last %.0f s, config %s\n".formatted(seconds, data.text("config"));
        return data.objects("routes").isEmpty()
                ? head + "no requests so far\n" + rollouts(data)
                : head + table.render(screen.width()) + rollouts(data);
    }

    /** A sentence for each. */
    private String rollouts(JsonValue data) {
        Paragraph text = new Paragraph(screen.width());
        for (JsonValue row : data.objects("rollouts")) {
            boolean stopped = row.text("phase").equals("stopped");
            text.field(
                    row.text("service"), stopped ? screen.bad(row.text("text")) : row.text("text"));
        }
        return text.toString();
    }

    /** Never 100 % while one has failed. */
    private static String success(long requests, long failed) {
        double percent = Math.floor((requests - failed) * 10_000.0 / requests) / 100;
        return String.format(Locale.ROOT, "%.2f%%", percent);
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, perSecond < 10 ? "%.1f" : "%.0f", perSecond);
    }

    private static String latency(long requests, long micros) {
        return requests == 0
                ? "-"
                : micros < MILLION
                        ? Units.millis(micros)
                        : String.format(Locale.ROOT, "%.1fs", micros / MILLION);
    }

    private static String retries(JsonValue row) {
        long refused = row.number("retries_refused");
        return row.text("retries") + (refused == 0 ? "" : " (" + refused + " refused)");
    }

    private static String shed(JsonValue row) {
        long inAudit = row.number("shed_audit");
        return row.text("shed") + (inAudit == 0 ? "" : " (" + inAudit + " audit)");
    }

    String explain(JsonValue data) {
        Paragraph text = new Paragraph(screen.width());
        boolean passes = data.isTrue("passes");
        String answer = data.text("answer");
        text.field("answer", passes ? screen.good(answer) : screen.bad(answer));
        text.field("request", data.text("request"));
        text.field("from", data.text("from"));
        text.field("service", data.text("service"));
        for (String line : data.texts("authorisation")) {
            text.field("rules", line);
        }
        text.field("route", data.text("route"));
        for (String line : data.texts("routing")) {
            text.field("", line);
        }
        for (String line : data.texts("notes")) {
            text.field("note", line);
        }
        for (JsonValue pool : data.objects("pools")) {
            long percent = pool.number("percent");
            List<String> endpoints =
                    pool.objects("endpoints").stream()
                            .map(one -> one.text("name") + " " + one.text("address"))
                            .distinct()
                            .toList();
            text.field(
                    "pool",
                    pool.text("name")
                            + (percent == 100 ? "" : ", " + percent + " %")
                            + ": "
                            + (endpoints.isEmpty() ? "no endpoint" : String.join(", ", endpoints)));
        }
        field(text, data, "timeout");
        field(text, data, "retry");
        field(text, data, "hedge");
        field(text, data, "limit");
        for (String line : data.texts("places")) {
            text.field("places", line);
        }
        return text.toString();
    }

    private static void field(Paragraph text, JsonValue data, String name) {
        if (data.has(name)) {
            text.field(name, data.text(name));
        }
    }
}
