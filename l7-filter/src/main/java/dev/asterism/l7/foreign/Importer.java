package dev.asterism.l7.foreign;

import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.config.FilterReader;
import dev.asterism.l7.foreign.ForeignFiles.Kinds;
import dev.asterism.l7.foreign.ForeignFiles.Known;
import dev.asterism.l7.foreign.ForeignFiles.Translation;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigReader;
import dev.asterism.overlay.config.ConfigText;
import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.config.SectionBinding;
import dev.asterism.overlay.config.SectionOutcome;
import dev.asterism.overlay.config.SourcePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes a section {@code l7} of a file of another mesh. What our own reader would refuse is taken out and told, so what
 * comes out is a configuration.
 */
public final class Importer {

    /**
     * @param text the section; empty when there are problems
     * @param warnings what the section lacks
     * @param notes what is worth knowing
     * @param problems why there is no section
     */
    public record Imported(
            String text,
            List<Diagnostic> warnings,
            List<Diagnostic> notes,
            List<Diagnostic> problems) {}

    private static final SectionBinding<FilterConfig> SECTION =
            new SectionBinding<>(FilterConfig.class, "l7", FilterReader::read, Map.of());

    private static final int MOST_ATTEMPTS = 1_000;

    private Importer() {}

    /** Reads one file, which may hold several documents of several kinds. */
    public static Imported read(ConfigText file) {
        Translation translation = ForeignFiles.translate(List.of(file), Kinds.ALL, Known.NOTHING);
        List<Diagnostic> problems = new ArrayList<>(translation.problems());
        if (translation.routes() == 0 && problems.isEmpty()) {
            problems.addAll(nothing(file, translation));
        }
        if (!problems.isEmpty()) {
            return new Imported("", List.of(), List.of(), problems);
        }
        List<Diagnostic> warnings = new ArrayList<>(translation.refused());
        List<Diagnostic> notes = new ArrayList<>(translation.notes());
        MapNode services = readable(translation.services(), warnings);
        List<String> head = new ArrayList<>();
        head.add("From " + file.file() + ", by asterism l7 import. Compare it before it is used.");
        warnings.forEach(one -> head.add("not carried over: " + one));
        return new Imported(SectionText.of(services, head), warnings, notes, List.of());
    }

    private static List<Diagnostic> nothing(ConfigText file, Translation translation) {
        List<Diagnostic> why = new ArrayList<>(translation.refused());
        String start = "there is no HTTPRoute, GRPCRoute, VirtualService, DestinationRule";
        why.add(
                new Diagnostic(
                        new SourcePosition(file.file(), 1, 1),
                        "",
                        start + " or ServiceProfile in it",
                        ""));
        return why;
    }

    /** Without what our reader refuses, which becomes a warning. */
    private static MapNode readable(MapNode services, List<Diagnostic> warnings) {
        MapNode rest = services;
        for (int i = 0; i < MOST_ATTEMPTS; i++) {
            SectionOutcome<FilterConfig> outcome =
                    ConfigReader.readSection(Pruning.section(rest), SECTION);
            if (outcome.problems().isEmpty()) {
                return rest;
            }
            for (Diagnostic problem : outcome.problems()) {
                if (!warnings.contains(problem)) {
                    warnings.add(problem);
                }
            }
            rest = Pruning.without(rest, outcome.problems());
        }
        return Pruning.nothing(services);
    }
}
