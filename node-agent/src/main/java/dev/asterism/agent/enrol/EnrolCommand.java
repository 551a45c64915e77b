package dev.asterism.agent.enrol;

import dev.asterism.agent.client.ExitCode;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.enrol.EnrolException;
import dev.asterism.overlay.enrol.EnrolToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * {@code asterism enroll} and {@code asterism renew}. Exit status: 0 done, 1 the server said no or cannot be reached, 2
 * usage, 4 files of this host cannot be used.
 */
public final class EnrolCommand {

    private static final String VARIABLE = "ASTERISM_TOKEN";
    private static final String FOLDER = "/etc/asterism";

    private final EnrolConsole console;

    public EnrolCommand(EnrolConsole console) {
        this.console = console;
    }

    /** Whether the command line is one of these. */
    public static boolean understands(String... args) {
        return args.length > 0 && (args[0].equals("enroll") || args[0].equals("renew"));
    }

    /** Returns the exit status. */
    public int run(String... args) {
        try {
            EnrolLine line = EnrolLine.parse(args);
            if (line.help()) {
                console.out().print(line.isRenewal() ? EnrolLine.RENEW_HELP : EnrolLine.ENROL_HELP);
                return ExitCode.OK;
            }
            Path folder = console.folder().resolve(path(line.folder(FOLDER)));
            return line.isRenewal() ? renew(folder, line.now()) : enrol(folder, token(line));
        } catch (EnrolLine.WrongException | EnrolException e) {
            console.err().print("asterism: " + e.getMessage() + "\n");
            return ExitCode.USAGE;
        } catch (EnrolFailure e) {
            console.err().print("asterism: " + e.getMessage() + "\n");
            return e.kind() == EnrolFailure.Kind.FILES ? ExitCode.NOT_PERMITTED : ExitCode.NO;
        }
    }

    private EnrolToken token(EnrolLine line) throws EnrolLine.WrongException, EnrolException {
        String text;
        if (line.tokenFile() != null) {
            text = read(console.folder().resolve(path(line.tokenFile())));
        } else if ("-".equals(line.token())) {
            text = read(console.in());
        } else if (line.token() != null) {
            text = line.token();
        } else {
            text = console.environment().getOrDefault(VARIABLE, "");
        }
        if (text.isBlank()) {
            throw new EnrolLine.WrongException(
                    "no token: write asterism enroll -, and the token on standard input, or name a file with"
                            + " --token-file");
        }
        return EnrolToken.decode(text);
    }

    private static Path path(String text) throws EnrolLine.WrongException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new EnrolLine.WrongException(
                    "the path " + text + " cannot be used: " + e.getReason());
        }
    }

    private static String read(Path file) throws EnrolLine.WrongException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in);
        } catch (IOException e) {
            throw new EnrolLine.WrongException(
                    "cannot read %s: %s".formatted(file, e.getMessage()));
        }
    }

    private static String read(InputStream in) throws EnrolLine.WrongException {
        try {
            return new String(in.readNBytes(2 * EnrolToken.MAX_CHARS), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new EnrolLine.WrongException("cannot read the token: " + e.getMessage());
        }
    }

    private int enrol(Path folder, EnrolToken token) throws EnrolFailure {
        Enrolment enrolment = new Enrolment(folder, console.clock(), console.random());
        List<Certificate> certificates = enrolment.enrol(token);
        Certificate first = certificates.getFirst();
        console.out()
                .print(
                        """
                        This host is %s, %s, until %s.
                        Next: put this into its configuration, then start it (asterism run --config FILE):

                          pki: {ca: %s, cert: %s, key: %s}

                        A running agent renews the certificate by itself. Stock Nebula reads the same three
                        files; there, run "asterism renew --out %s" once a day and then reload Nebula.
                        """
                                .formatted(
                                        first.name(),
                                        String.join(
                                                ", ",
                                                first.networks().stream()
                                                        .map(Object::toString)
                                                        .toList()),
                                        first.notAfter(),
                                        enrolment.ca(),
                                        enrolment.certificate(),
                                        enrolment.key(),
                                        folder));
        return ExitCode.OK;
    }

    /**
     * @param now also before it is time
     */
    private int renew(Path folder, boolean now) throws EnrolFailure {
        Enrolment files = new Enrolment(folder, console.clock(), console.random());
        Renewal renewal =
                new Renewal(
                        files.ca().toString(),
                        files.certificate(),
                        files.key(),
                        console.clock(),
                        console.random());
        Certificate current = renewal.current();
        Instant due = new RenewalPace(console.random()).due(current);
        if (!now && due.isAfter(console.clock().instant())) {
            console.out()
                    .print(
                            "not due before %s, valid until %s\n"
                                    .formatted(due, current.notAfter()));
            return ExitCode.OK;
        }
        Renewal.Renewed next = renewal.renew();
        console.out().print("renewed, valid until " + next.certificate().notAfter() + "\n");
        if (next.caEnd() != null) {
            console.err()
                    .print(
                            ("asterism: the CA expires %s and the certificate with it; no renewal lasts longer until"
                                            + " your administrator has rotated the CA, see asterism-cert rotate plan\n")
                                    .formatted(next.caEnd()));
        }
        return ExitCode.OK;
    }
}
