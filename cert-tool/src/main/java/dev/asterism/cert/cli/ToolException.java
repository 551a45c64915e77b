package dev.asterism.cert.cli;

/** The call fails with exit status 1; the message follows {@code Error: }. */
class ToolException extends Exception {

    private static final long serialVersionUID = 1L;

    ToolException(String message) {
        super(message);
    }

    /** A missing or wrong value: the usage of the mode follows the message. */
    static final class Usage extends ToolException {

        private static final long serialVersionUID = 1L;

        Usage(String message) {
            super(message);
        }
    }

    /** The answer to what was asked is no: exit status 1, and nothing more to say. */
    static final class No extends ToolException {

        private static final long serialVersionUID = 1L;

        No() {
            super("no");
        }
    }

    static void require(String flag, String value) throws Usage {
        if (value.isEmpty()) {
            throw new Usage("-" + flag + " is required");
        }
    }
}
