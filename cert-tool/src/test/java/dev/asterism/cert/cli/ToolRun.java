package dev.asterism.cert.cli;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;

/** Calls of the tool inside the test, in a directory of its own, with a fixed clock and seed. */
final class ToolRun {

    static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");

    private final Path directory;
    private final RandomSource random = new Random(42)::nextBytes;
    private Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);

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
        CliEnvironment world =
                new CliEnvironment(
                        directory,
                        new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        clock,
                        random);
        int exit = new CertTool(world).run(args);
        return new Result(
                exit, Bytes.owning(out.toByteArray()), err.toString(StandardCharsets.UTF_8));
    }

    String file(String name) {
        try {
            return Files.readString(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
