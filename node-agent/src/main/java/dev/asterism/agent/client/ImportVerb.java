package dev.asterism.agent.client;

import dev.asterism.agent.file.BoundedFile;
import dev.asterism.l7.foreign.Importer;
import dev.asterism.l7.foreign.Importer.Imported;
import dev.asterism.overlay.config.ConfigText;
import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.text.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code asterism l7 import FILE}: prints a section {@code l7} for a file of the Gateway API, Istio or Linkerd. No
 * agent is asked.
 */
final class ImportVerb {

    private static final String STANDARD_INPUT = "-";

    private final PrintStream out;
    private final PrintStream err;

    ImportVerb(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** {@link ExitCode#NO} when something of the file is not in the section, which is printed all the same. */
    int run(String file, InputStream in) {
        Imported imported;
        try {
            imported = Importer.read(text(file, in));
        } catch (IOException e) {
            String reason = BoundedFile.reason(e);
            err.print("error: %s: cannot be read: %s\n".formatted(Printable.escaped(file), reason));
            return ExitCode.NO;
        }
        tell("error", imported.problems());
        tell("warning", imported.warnings());
        tell("note", imported.notes());
        out.print(imported.text());
        boolean whole = imported.problems().isEmpty() && imported.warnings().isEmpty();
        return whole && !out.checkError() ? ExitCode.OK : ExitCode.NO;
    }

    private static ConfigText text(String file, InputStream in) throws IOException {
        if (file.equals(STANDARD_INPUT)) {
            return new ConfigText("(standard input)", BoundedFile.read(in));
        }
        Path path = Path.of(file);
        if (Files.isDirectory(path)) {
            throw new IOException("it is a directory, not a regular file");
        }
        return new ConfigText(file, BoundedFile.read(path));
    }

    private void tell(String kind, List<Diagnostic> diagnostics) {
        diagnostics.forEach(one -> err.print(kind + ": " + one + "\n"));
    }
}
