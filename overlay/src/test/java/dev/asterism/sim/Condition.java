package dev.asterism.sim;

import java.util.function.BooleanSupplier;

/** Something that a simulation can wait for, with the words to say that it did not come. */
public interface Condition {

    boolean holds();

    String description();

    static Condition of(String description, BooleanSupplier holds) {
        return new Condition() {
            @Override
            public boolean holds() {
                return holds.getAsBoolean();
            }

            @Override
            public String description() {
                return description;
            }
        };
    }

    default Condition and(Condition other) {
        return of(description() + " and " + other.description(), () -> holds() && other.holds());
    }
}
