package dev.asterism.agent.enrol;

import org.jspecify.annotations.Nullable;

/**
 * A command line {@code asterism enroll …} or {@code asterism renew …}, read without a library.
 *
 * @param token null when it does not stand there, {@code -} for standard input
 * @param now value of {@code --now}
 */
record EnrolLine(
        boolean isRenewal,
        @Nullable String token,
        @Nullable String tokenFile,
        @Nullable String out,
        boolean now,
        boolean help) {

    static final String ENROL_HELP =
            """
            Usage: asterism enroll - [--out DIR]
                   asterism enroll --token-file FILE [--out DIR]
            Makes a key, gets a certificate with a token of "asterism-cert invite", and puts ca.crt, host.crt and
            host.key into DIR (/etc/asterism unless given). "-" reads the token from standard input; without that and
            without a file it is taken from the environment variable ASTERISM_TOKEN, or it stands where "-" does, where
            every user of this machine can read it while the command runs. After a failure, run it again.
            """;

    static final String RENEW_HELP =
            """
            Usage: asterism renew [--out DIR] [--now]
            Renews host.crt in DIR (/etc/asterism unless given) if two thirds of its life are over, or with --now
            half of it. For hosts that run stock Nebula; an agent renews its certificate by itself.
            """;

    /** What is wrong with the command line. */
    static final class WrongException extends Exception {

        private static final long serialVersionUID = 1L;

        WrongException(String message) {
            super(message);
        }
    }

    String folder(String otherwise) {
        return out == null ? otherwise : out;
    }

    static EnrolLine parse(String... args) throws WrongException {
        boolean isRenewal = args[0].equals("renew");
        String token = null;
        String tokenFile = null;
        String out = null;
        boolean now = false;
        boolean help = false;
        for (int i = 1; i < args.length; i++) {
            switch (args[i]) {
                case "--help", "-help", "-h" -> help = true;
                case "--out", "-out" -> out = value(args, i++);
                case "--token-file", "-token-file" -> tokenFile = value(args, i++);
                case "--now", "-now" -> now = true;
                default -> {
                    if (args[i].startsWith("-") && args[i].length() > 1) {
                        throw new WrongException("unknown option " + args[i]);
                    }
                    if (token != null) {
                        throw new WrongException("one token only");
                    }
                    token = args[i];
                }
            }
        }
        if (isRenewal && (token != null || tokenFile != null)) {
            throw new WrongException("a renewal takes no token");
        }
        if (!isRenewal && now) {
            throw new WrongException("--now belongs to renew");
        }
        if (token != null && tokenFile != null) {
            throw new WrongException("a token or --token-file, not both");
        }
        return new EnrolLine(isRenewal, token, tokenFile, out, now, help);
    }

    private static String value(String[] args, int at) throws WrongException {
        if (at + 1 == args.length) {
            throw new WrongException(args[at] + " needs a path");
        }
        return args[at + 1];
    }
}
