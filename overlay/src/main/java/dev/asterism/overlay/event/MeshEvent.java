package dev.asterism.overlay.event;

/**
 * Something worth telling a human or a test. Implementations are records that sit beside the code
 * that raises them; their components are what the log line's keys are.
 */
public interface MeshEvent {

    enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    Level level();

    /** One sentence without values, the way scripts match it (spec behaviour.md 9). */
    String message();
}
