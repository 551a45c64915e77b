package dev.asterism.cert.cli;

import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.noise.Dh;

/** The values of {@code -curve}. */
final class CurveName {

    private CurveName() {}

    static Curve parse(String name) throws ToolException {
        return switch (name) {
            case "25519", "X25519", "Curve25519", "CURVE25519" -> Curve.CURVE25519;
            case "P256" -> Curve.P256;
            default -> throw new ToolException("invalid curve: " + name);
        };
    }

    /** What makes the key pairs of hosts on this curve. */
    static Dh hostKeys(Curve curve) {
        return curve == Curve.P256 ? Dh.p256() : Dh.x25519();
    }
}
