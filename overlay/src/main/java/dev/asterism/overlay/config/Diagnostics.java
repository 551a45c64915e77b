package dev.asterism.overlay.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong (errors) and what is only worth saying (notices); both come out in the order of the files. */
final class Diagnostics {

    /** Files are merged in the order of their names. */
    private static final Comparator<Diagnostic> BY_PLACE =
            Comparator.comparing((Diagnostic p) -> p.position().file())
                    .thenComparingInt(p -> p.position().line())
                    .thenComparingInt(p -> p.position().column());

    private final List<Diagnostic> errors = new ArrayList<>();
    private final List<Diagnostic> notices = new ArrayList<>();

    private final boolean lenient;

    Diagnostics() {
        this(false);
    }

    /**
     * @param lenient whether doubts are only notices
     */
    Diagnostics(boolean lenient) {
        this.lenient = lenient;
    }

    /**
     * A value that Nebula cannot read either, but starts with.
     *
     * @param used what it takes instead, and what is taken here for who asked to be lenient
     */
    void doubt(SourcePosition position, String path, String message, String hint, String used) {
        String told = lenient ? message + ": " + used + ", as in Nebula" : message;
        doubt(position, path, told, hint);
    }

    /** What Nebula passes over in silence: an error, or a notice for who asked to be lenient. */
    void doubt(SourcePosition position, String path, String message, String hint) {
        (lenient ? notices : errors).add(new Diagnostic(position, path, message, hint));
    }

    void error(SourcePosition position, String path, String message) {
        error(position, path, message, "");
    }

    void error(SourcePosition position, String path, String message, String hint) {
        errors.add(new Diagnostic(position, path, message, hint));
    }

    /** For what may be read several times, as by a check of all services after each has been read. */
    void errorOnce(SourcePosition position, String path, String message, String hint) {
        Diagnostic error = new Diagnostic(position, path, message, hint);
        if (!errors.contains(error)) {
            errors.add(error);
        }
    }

    void notice(SourcePosition position, String path, String message) {
        notice(position, path, message, "");
    }

    void notice(SourcePosition position, String path, String message, String hint) {
        notices.add(new Diagnostic(position, path, message, hint));
    }

    boolean isLenient() {
        return lenient;
    }

    boolean anyError() {
        return !errors.isEmpty();
    }

    List<Diagnostic> errors() {
        return errors.stream().sorted(BY_PLACE).toList();
    }

    List<Diagnostic> notices() {
        return notices.stream().sorted(BY_PLACE).toList();
    }
}
