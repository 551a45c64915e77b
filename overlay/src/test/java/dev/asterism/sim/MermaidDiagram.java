package dev.asterism.sim;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** Rows as a mermaid sequence diagram: an arrow per arrival, a cross per loss, a note for the rest. */
final class MermaidDiagram {

    private MermaidDiagram() {}

    static String of(Collection<FlowRecorder.Row> rows) {
        Set<String> participants = new LinkedHashSet<>();
        for (FlowRecorder.Row row : rows) {
            participants.add(row.from());
            participants.add(row.to());
        }
        StringBuilder text = new StringBuilder("sequenceDiagram\n");
        for (String name : participants) {
            text.append("    participant ").append(id(name)).append(" as ").append(name);
            text.append('\n');
        }
        for (FlowRecorder.Row row : rows) {
            text.append("    ").append(head(row)).append(": ");
            text.append(FlowRecorder.seconds(row.nanos())).append(' ');
            text.append(escaped(row.text())).append('\n');
        }
        return text.toString();
    }

    private static String head(FlowRecorder.Row row) {
        return switch (row.mark()) {
            case ARRIVED -> id(row.from()) + "->>" + id(row.to());
            case LOST -> id(row.from()) + "--x" + id(row.to());
            case NOTE -> "Note over " + id(row.from());
        };
    }

    /** Mermaid takes letters and digits only. */
    private static String id(String name) {
        return "p_" + name.replaceAll("[^A-Za-z0-9]", "_");
    }

    /** A semicolon ends a statement, a hash starts an entity. */
    private static String escaped(String text) {
        return text.replace('\n', ' ').replace(';', ',').replace("#", "#35;");
    }
}
