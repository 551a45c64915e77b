package dev.asterism.sim;

/** Something happened that must never happen, whatever the scenario. */
public final class InvariantBroken extends AssertionError {

    private static final long serialVersionUID = 1L;

    public InvariantBroken(String invariant, String finding) {
        super("invariant broken: " + invariant + ": " + finding);
    }
}
