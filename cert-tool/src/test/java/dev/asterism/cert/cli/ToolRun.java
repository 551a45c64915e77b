package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Calls of the tool inside the test, in a directory of its own, with a fixed clock and seed. */
final class ToolRun {

    static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");

    private final Path directory;
    private final RandomSource random = new Random(42)::nextBytes;
    private final Map<Integer, String> passed = new HashMap<>();
    private final Deque<String> typed = new ArrayDeque<>();
    private Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    private String passphrase = "";
    private boolean hasTerminal;

    ToolRun(Path directory) {
        this.directory = directory;
    }

    record Result(int exit, Bytes stdout, String stderr) {

        String text() {
            return new String(stdout.toArray(), StandardCharsets.UTF_8);
        }

        /** The message without the hint that may follow it. */
        String complaint() {
            int hint = stderr.indexOf("\n  ");
            return (hint < 0 ? stderr : stderr.substring(0, hint)).stripTrailing();
        }
    }

    ToolRun at(Instant time) {
        clock = Clock.fixed(time, clock.getZone());
        return this;
    }

    /** With the time as it is, for work beside another program. */
    ToolRun live() {
        clock = Clock.systemUTC();
        return this;
    }

    /** With this in NEBULA_CA_PASSPHRASE. */
    ToolRun knowing(String passphraseInEnvironment) {
        passphrase = passphraseInEnvironment;
        return this;
    }

    /** With somebody at a terminal who types these lines, and then only empty ones. */
    ToolRun typing(String... lines) {
        hasTerminal = true;
        typed.clear();
        typed.addAll(List.of(lines));
        return this;
    }

    private final class Typist implements PassphraseSource {

        @Override
        public String fromEnvironment() {
            return passphrase;
        }

        @Override
        public char @Nullable [] fromTerminal() {
            if (!hasTerminal) {
                return null;
            }
            return typed.isEmpty() ? new char[0] : typed.removeFirst().toCharArray();
        }

        @Override
        public byte[] fromDescriptor(int descriptor) throws IOException {
            String content = passed.remove(descriptor);
            if (content == null) {
                throw new NoSuchFileException("/dev/fd/" + descriptor);
            }
            return content.getBytes(StandardCharsets.UTF_8);
        }
    }

    /** With a descriptor that this can be read from once. */
    ToolRun passing(int descriptor, String content) {
        passed.put(descriptor, content);
        return this;
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    static String[] join(String[] first, String... more) {
        return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
    }

    /** Runs and expects success. */
    String ok(String... args) {
        Result result = run(args);
        assertThat(result.stderr()).as("%s", List.of(args)).isEmpty();
        assertThat(result.exit()).as("%s", List.of(args)).isZero();
        return result.text();
    }

    /** Runs and expects success with a warning; standard output. */
    String warned(String... args) {
        Result result = run(args);
        assertThat(result.stderr()).as("%s", List.of(args)).startsWith("warning: ");
        assertThat(result.exit()).as("%s", List.of(args)).isZero();
        return result.text();
    }

    /** Runs and expects a failure; the complaint. */
    String refused(String... args) {
        Result result = run(args);
        assertThat(result.exit()).as("%s", List.of(args)).isEqualTo(1);
        return result.complaint();
    }

    void write(String name, String content) {
        try {
            Files.writeString(directory.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ToolRun in(ZoneId place) {
        clock = clock.withZone(place);
        return this;
    }

    Result run(String... args) {
        return runWithInput("", args);
    }

    Result runWithInput(String stdin, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = new CertTool(world(stdin, out, err)).run(args);
        return new Result(
                exit, Bytes.owning(out.toByteArray()), err.toString(StandardCharsets.UTF_8));
    }

    CliEnvironment world(String stdin, OutputStream out, OutputStream err) {
        return new CliEnvironment(
                directory,
                new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                clock,
                random,
                new Typist());
    }

    /** For what is made and not run. */
    CliEnvironment world() {
        return world("", OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
    }

    String file(String name) {
        try {
            return Files.readString(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first one in a file. */
    Certificate certificate(String name) {
        try {
            return CertificatePem.readFirst(file(name));
        } catch (CertificateException e) {
            throw new AssertionError(name, e);
        }
    }

    String fingerprint(String name) {
        return certificate(name).fingerprint().toString();
    }

    /** Puts test resources into the directory. */
    ToolRun with(String folder, String... names) {
        for (String name : names) {
            try (InputStream in = ToolRun.class.getResourceAsStream("/" + folder + "/" + name)) {
                if (in == null) {
                    throw new IllegalArgumentException("no resource " + folder + "/" + name);
                }
                Files.copy(in, directory.resolve(name));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return this;
    }
}
