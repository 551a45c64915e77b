package dev.asterism.sim;

/** Something that owns an underlay address. */
sealed interface Station permits SimHost, SimNat {
    String name();
}
