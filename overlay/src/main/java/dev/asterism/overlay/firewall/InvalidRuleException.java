package dev.asterism.overlay.firewall;

/** Leaves the compilation of one rule; becomes a {@link RuleProblem}. */
final class InvalidRuleException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What a user is to see, without table and rule number. */
    final String text;

    InvalidRuleException(String text) {
        super(text, null, false, false);
        this.text = text;
    }
}
