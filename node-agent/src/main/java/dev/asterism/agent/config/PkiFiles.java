package dev.asterism.agent.config;

import dev.asterism.agent.file.BoundedFile;
import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.config.OverlayConfig.Pki;
import dev.asterism.overlay.config.SourceMap;
import dev.asterism.overlay.config.SourcePosition;
import dev.asterism.overlay.node.PkiMaterial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;

/** Fetches the texts of {@code pki.ca}, {@code pki.cert} and {@code pki.key}, each a path or PEM in place. */
public final class PkiFiles {

    private static final String PEM_START = "-----BEGIN";

    private final SourceMap origins;
    private final List<Diagnostic> problems = new ArrayList<>();
    private final List<Diagnostic> notices = new ArrayList<>();

    private PkiFiles(SourceMap origins) {
        this.origins = origins;
    }

    /** Relative paths are taken from the working directory, as Nebula does. */
    public static PkiOutcome load(Pki pki, SourceMap origins) {
        PkiFiles files = new PkiFiles(origins);
        PkiMaterial material =
                new PkiMaterial(
                        files.text("pki.ca", pki.ca()),
                        files.text("pki.cert", pki.cert()),
                        files.text("pki.key", pki.key()));
        files.checkWhoCanRead(pki.key());
        return files.problems.isEmpty()
                ? new PkiOutcome.Loaded(material, List.copyOf(files.notices))
                : new PkiOutcome.Refused(List.copyOf(files.problems));
    }

    /** The private key is a file of its own, or stands in a file of the configuration. */
    private void checkWhoCanRead(String key) {
        if (!problems.isEmpty()) {
            return;
        }
        SourcePosition place = origins.of("pki.key").orElse(origins.start());
        Path file = Path.of(key.contains(PEM_START) ? place.file() : key).toAbsolutePath();
        if (isReadableByOthers(file)) {
            notices.add(
                    new Diagnostic(
                            place,
                            "pki.key",
                            "every user of this machine can read the private key in " + file,
                            "chmod 600 " + file));
        }
    }

    private static boolean isReadableByOthers(Path file) {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException _) {
            return false; // not a file here: a text of a test, or gone since it was read
        }
    }

    private String text(String key, String value) {
        if (value.contains(PEM_START)) {
            return value;
        }
        if (value.indexOf('\n') >= 0) {
            // Not shown: it may be a key whose banner was lost.
            problems.add(problem(key, "given in place", "neither a path nor PEM"));
            return "";
        }
        try {
            return read(key, Path.of(value));
        } catch (InvalidPathException _) {
            problems.add(problem(key, value, "not a path"));
        }
        return "";
    }

    private String read(String key, Path file) {
        try {
            return BoundedFile.read(file);
        } catch (IOException e) {
            // In full, as a relative path says nothing about where it was looked for.
            problems.add(problem(key, file.toAbsolutePath().toString(), BoundedFile.reason(e)));
            return "";
        }
    }

    private Diagnostic problem(String key, String value, String reason) {
        return new Diagnostic(
                origins.of(key).orElse(origins.start()),
                key,
                "unable to read %s file %s: %s".formatted(key, value, reason),
                "");
    }
}
