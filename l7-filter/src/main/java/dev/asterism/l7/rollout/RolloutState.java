package dev.asterism.l7.rollout;

/**
 * How far a roll-out is.
 *
 * @param step from 0, the last one when it is done
 * @param sinceMillis when the step began, or it stopped or ended, of the wall clock
 * @param reason why it has stopped, with the figures; else empty
 */
public record RolloutState(Phase phase, int step, long sinceMillis, String reason) {

    /** What is going on. */
    public enum Phase {
        /** Its share grows. */
        RUNNING,
        /** Its pool gets nothing. */
        STOPPED,
        /** Its pool has the last step's share for good. */
        DONE;

        public String word() {
            return switch (this) {
                case RUNNING -> "running";
                case STOPPED -> "stopped";
                case DONE -> "done";
            };
        }
    }
}
