package dev.asterism.cert.cli;

/** A command line that cannot be understood, in the words of Go's flag package. */
final class BadFlag extends Exception {

    private static final long serialVersionUID = 1L;

    private final String hint;

    BadFlag(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    static BadFlag invalid(String name, String value, String why) {
        return new BadFlag("invalid value \"%s\" for flag -%s: %s".formatted(value, name, why), "");
    }

    /** What was meant, perhaps; empty when nothing comes near. */
    String hint() {
        return hint;
    }
}
