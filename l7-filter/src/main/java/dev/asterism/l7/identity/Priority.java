package dev.asterism.l7.identity;

import java.util.Locale;

/** How much a request matters while a service has more to do than it can: the first is shed first. */
public enum Priority {
    BATCH(0),
    NORMAL(1),
    CRITICAL(2);

    private final int rank;

    Priority(int rank) {
        this.rank = rank;
    }

    /** From 0, higher for what matters more; for tables. */
    public int rank() {
        return rank;
    }

    /** As a file writes it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
