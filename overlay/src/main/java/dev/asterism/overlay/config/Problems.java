package dev.asterism.overlay.config;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong (errors) and what is only worth saying (notices), in order of discovery. */
final class Problems {

    private final List<ConfigProblem> errors = new ArrayList<>();
    private final List<ConfigProblem> notices = new ArrayList<>();

    void error(SourcePosition position, String path, String message) {
        error(position, path, message, "");
    }

    void error(SourcePosition position, String path, String message, String hint) {
        errors.add(new ConfigProblem(position, path, message, hint));
    }

    void notice(SourcePosition position, String path, String message) {
        notice(position, path, message, "");
    }

    void notice(SourcePosition position, String path, String message, String hint) {
        notices.add(new ConfigProblem(position, path, message, hint));
    }

    boolean anyError() {
        return !errors.isEmpty();
    }

    List<ConfigProblem> errors() {
        return List.copyOf(errors);
    }

    List<ConfigProblem> notices() {
        return List.copyOf(notices);
    }
}
