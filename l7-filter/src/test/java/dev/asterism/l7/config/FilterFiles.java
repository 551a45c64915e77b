package dev.asterism.l7.config;

import dev.asterism.overlay.config.ConfigReader;
import dev.asterism.overlay.config.ConfigText;
import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.config.SectionBinding;
import dev.asterism.overlay.config.SectionOutcome;
import dev.asterism.overlay.config.Strictness;
import java.util.List;
import java.util.Map;

/** Reads texts as the file {@code c.yml}. */
public final class FilterFiles {

    private static final SectionBinding<FilterConfig> SECTION =
            new SectionBinding<>(FilterConfig.class, "l7", FilterReader::read, Map.of());

    private FilterFiles() {}

    public static SectionOutcome<FilterConfig> outcome(String yaml) {
        ConfigText text = new ConfigText("c.yml", yaml);
        return ConfigReader.readSection(List.of(text), Strictness.REFUSE, SECTION);
    }

    /** Without anything wrong. */
    public static FilterConfig config(String yaml) {
        SectionOutcome<FilterConfig> outcome = outcome(yaml);
        if (!outcome.problems().isEmpty()) {
            throw new IllegalArgumentException(outcome.problems().toString());
        }
        return outcome.value();
    }

    /** Each as people see it, without the column. */
    static List<String> problems(String yaml) {
        return outcome(yaml).problems().stream().map(FilterFiles::line).toList();
    }

    static List<String> notices(String yaml) {
        return outcome(yaml).notices().stream().map(FilterFiles::line).toList();
    }

    private static String line(Diagnostic diagnostic) {
        return diagnostic.toString().replaceFirst("^c\\.yml:(\\d+):\\d+: ", "$1: ");
    }
}
