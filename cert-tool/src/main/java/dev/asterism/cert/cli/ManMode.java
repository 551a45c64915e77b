package dev.asterism.cert.cli;

import dev.asterism.cert.file.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code man}: writes the manual pages, for packages. */
final class ManMode extends Mode {

    private final Flag.Text out = flags.text("out", "", "Required: folder for the pages");

    ManMode(CliEnvironment world) {
        super(world, "man", "writes a manual page for the tool and one for each mode");
    }

    @Override
    void run() throws ToolException {
        ToolException.require("out", out.value());
        List<Mode> modes = ModeTable.all(world);
        try {
            Path folder = files.resolved(out.value());
            Files.createDirectories(folder);
            write(folder, CertTool.NAME, ManualPage.ofTool(modes));
            for (Mode mode : modes) {
                write(folder, ManualPage.nameOf(mode), ManualPage.of(mode));
            }
        } catch (IOException e) {
            throw new ToolException("error while writing the pages: " + FilePort.reason(e));
        }
    }

    private static void write(Path folder, String name, String page) throws IOException {
        DurableFile.replace(folder.resolve(name + ".1"), page.getBytes(StandardCharsets.UTF_8));
    }
}
