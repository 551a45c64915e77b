package dev.asterism.l7.health;

/** What answers in a row mean. The first one of all decides by itself. Belongs to one loop's thread. */
final class HealthState {

    private final int fall;
    private final int rise;
    private boolean known;
    private boolean well;

    /** Answers in a row that say the other thing. */
    private int against;

    HealthState(int fall, int rise) {
        this.fall = fall;
        this.rise = rise;
    }

    /** False before the first answer. */
    boolean isWell() {
        return well;
    }

    /** Returns true when it is another one from now on, or known for the first time. */
    boolean answer(boolean good) {
        if (!known) {
            known = true;
            well = good;
            return true;
        }
        if (good == well) {
            against = 0;
            return false;
        }
        against++;
        if (against < (well ? fall : rise)) {
            return false;
        }
        well = good;
        against = 0;
        return true;
    }
}
