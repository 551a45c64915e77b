package dev.asterism.l7.foreign;

import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.config.SourcePosition;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a translation has to tell; the same thing only once. */
final class Findings {

    private static final Comparator<Diagnostic> BY_PLACE =
            Comparator.comparing((Diagnostic one) -> one.position().file())
                    .thenComparingInt(one -> one.position().line())
                    .thenComparingInt(one -> one.position().column());

    private final Set<Diagnostic> refused = new LinkedHashSet<>();
    private final Set<Diagnostic> notes = new LinkedHashSet<>();

    /** Something that the result lacks. */
    void refuse(SourcePosition at, String path, String message, String hint) {
        refused.add(new Diagnostic(at, path, message, hint));
    }

    /** Something that is worth knowing; nothing lacks. */
    void note(SourcePosition at, String path, String message) {
        notes.add(new Diagnostic(at, path, message, ""));
    }

    /** To see whether something was refused meanwhile. */
    int count() {
        return refused.size();
    }

    List<Diagnostic> refused() {
        return sorted(refused);
    }

    List<Diagnostic> notes() {
        return sorted(notes);
    }

    private static List<Diagnostic> sorted(Collection<Diagnostic> all) {
        return all.stream().sorted(BY_PLACE).toList();
    }
}
