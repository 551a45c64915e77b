package dev.asterism.agent.client;

import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Prints requests of the filter while they happen: what to ask next, what came, and whether it was enough. */
final class LiveTap {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final PrintStream out;
    private final Screen screen;
    private final Map<String, String> question;
    private final boolean json;
    private final long most;
    private String id = "";
    private long shown;

    /**
     * @param asked with {@code count}: it ends after so many
     */
    LiveTap(PrintStream out, Screen screen, VerbLine asked) {
        this.out = out;
        this.screen = asked.plain() ? screen.withoutColours() : screen;
        question = new LinkedHashMap<>(asked.request());
        String count = question.remove("count");
        most = count == null ? Long.MAX_VALUE : Long.parseLong(count);
        json = asked.json();
    }

    /** Fields of the next request to the agent. */
    Map<String, String> next() {
        return id.isEmpty() ? question : Map.of("id", id);
    }

    boolean isOver() {
        return shown >= most;
    }

    /**
     * @param answer as it came
     */
    void show(String answer, JsonValue data) {
        id = data.text("id");
        long leftOut = data.number("left_out");
        if (json) {
            shown += data.objects("requests").size();
            if (!data.objects("requests").isEmpty() || leftOut > 0) {
                out.print(answer + "\n");
            }
            out.flush();
            return;
        }
        for (JsonValue request : data.objects("requests")) {
            if (!isOver()) {
                shown++;
                out.print(line(request));
            }
        }
        if (leftOut > 0) {
            out.print("%d more left out\n".formatted(leftOut));
        }
        out.flush();
    }

    private String line(JsonValue request) {
        Paragraph text = new Paragraph(screen.width());
        String peer = request.has("peer") ? request.text("peer") : "-";
        StringBuilder line = new StringBuilder();
        line.append(TIME.format(Instant.parse(request.text("time"))))
                .append(request.text("dir").equals("inbound") ? " in  " : " out ")
                .append(peer)
                .append(" > ")
                .append(request.has("service") ? request.text("service") : request.text("host"))
                .append("  ")
                .append(request.text("method"))
                .append(' ')
                .append(request.text("path"))
                .append("  ")
                .append(status(request));
        if (request.has("reason")) {
            line.append(' ').append(screen.bad(request.text("reason")));
        }
        line.append("  ").append(request.text("ms")).append(" ms");
        if (request.has("route")) {
            line.append("  ").append(request.text("route"));
        }
        if (request.has("endpoint")) {
            line.append("  ").append(request.text("endpoint"));
        }
        if (request.number("attempts") > 1) {
            line.append("  ").append(request.number("attempts")).append(" attempts");
        }
        text.line("    ", line.toString());
        fields(text, request, "request_fields", "    > ");
        fields(text, request, "answer_fields", "    < ");
        return text.toString();
    }

    private String status(JsonValue request) {
        long code = request.number("status");
        String grpc = request.has("grpc") ? " grpc " + request.number("grpc") : "";
        boolean failed = code == 0 || code >= 500 || request.number("grpc") > 0;
        String said = (code == 0 ? "no answer" : code) + grpc;
        return failed ? screen.bad(said) : code < 400 ? screen.good(said) : said;
    }

    private static void fields(Paragraph text, JsonValue request, String key, String mark) {
        for (JsonValue field : request.objects(key)) {
            text.line("        ", mark + field.text("name") + ": " + field.text("value"));
        }
    }
}
