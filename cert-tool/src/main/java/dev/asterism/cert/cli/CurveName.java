package dev.asterism.cert.cli;

/** The values of {@code -curve}. */
final class CurveName {

    private CurveName() {}

    static void requireSupported(String name) throws ToolException {
        switch (name) {
            case "25519", "X25519", "Curve25519", "CURVE25519" -> {}
            case "P256" -> throw new ToolException("-curve P256 is not supported yet");
            default -> throw new ToolException("invalid curve: " + name);
        }
    }
}
