package dev.asterism.cert.issue;

import dev.asterism.cert.file.DurableFile;
import dev.asterism.cert.record.RecordEntry;
import dev.asterism.overlay.text.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;

/**
 * The fingerprints that were revoked, as a file of configuration that nodes read beside their others and reload. It is
 * made of the record each time; a file that was not made so is left alone.
 */
public final class BlocklistFile {

    private static final String FIRST_LINE = "# Made by asterism-cert revoke. Changes are lost.\n";

    private BlocklistFile() {}

    /**
     * Writes what has not ended by itself.
     *
     * @return how many certificates
     * @throws IOException when the file cannot be written, or is somebody else's
     */
    public static int write(Path file, Collection<RecordEntry.Revoked> revoked, Instant now)
            throws IOException {
        if (Files.exists(file) && !Files.readString(file).startsWith(FIRST_LINE)) {
            throw new IOException(file + " was not made by revoke: move it away, or name another");
        }
        StringBuilder lines = new StringBuilder();
        int count = 0;
        for (RecordEntry.Revoked entry : revoked) {
            if (now.isAfter(entry.notAfter())) {
                continue;
            }
            count++;
            String about = Printable.escaped(entry.name() + ", ends " + entry.notAfter());
            lines.append("    - ").append(entry.fingerprint()).append(" # ").append(about);
            lines.append('\n');
            if (entry.alternate() != null) {
                lines.append("    - ").append(entry.alternate()).append(" # the same\n");
            }
        }
        String list = count == 0 ? "  blocklist: []\n" : "  blocklist:\n" + lines;
        byte[] content = (FIRST_LINE + "pki:\n" + list).getBytes(StandardCharsets.UTF_8);
        DurableFile.replace(file, content);
        DurableFile.syncFolder(DurableFile.folderOf(file));
        return count;
    }
}
