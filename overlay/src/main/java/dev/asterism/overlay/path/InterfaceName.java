package dev.asterism.overlay.path;

import java.util.regex.Pattern;

/**
 * A name whose reading is counted, so that an expression that backtracks without end gives up instead of
 * stopping the control plane.
 */
final class InterfaceName implements CharSequence {

    private static final int MAX_READS = 20_000;

    private final String name;
    private int reads;

    private InterfaceName(String name) {
        this.name = name;
    }

    /** True when the expression matches the whole name within the budget. */
    static boolean matches(Pattern pattern, String name) {
        try {
            return pattern.matcher(new InterfaceName(name)).matches();
        } catch (BudgetSpent _) {
            return false;
        }
    }

    @Override
    public char charAt(int index) {
        if (++reads > MAX_READS) {
            throw new BudgetSpent();
        }
        return name.charAt(index);
    }

    @Override
    public int length() {
        return name.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return name.subSequence(start, end);
    }

    @Override
    public String toString() {
        return name;
    }

    private static final class BudgetSpent extends RuntimeException {
        private static final long serialVersionUID = 1;

        BudgetSpent() {
            super("expression reads the name too often", null, false, false);
        }
    }
}
