package dev.asterism.overlay.curve;

import org.jspecify.annotations.Nullable;

/**
 * Who calculates on Curve25519, for the whole process as the JDK's own providers are: keys, certificates and handshakes
 * of every node use the same. The JDK until somebody is chosen. Any thread.
 */
public final class CurveChoice {

    private static volatile @Nullable Curve25519 chosen;

    private CurveChoice() {}

    /**
     * From now on this one, which has passed its tests.
     *
     * @param curve null for the JDK
     */
    public static void choose(@Nullable Curve25519 curve) {
        chosen = curve;
    }

    /** Null for the JDK. */
    public static @Nullable Curve25519 chosen() {
        return chosen;
    }

    /** What the log says. */
    public static String name() {
        Curve25519 curve = chosen;
        return curve == null ? "jdk" : curve.name();
    }
}
