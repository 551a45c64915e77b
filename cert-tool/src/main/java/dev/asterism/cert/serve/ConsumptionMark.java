package dev.asterism.cert.serve;

import dev.asterism.cert.file.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many tokens the database had consumed when it was last looked at, in a file beside it that no backup of the
 * database holds. A database that has consumed fewer is an older copy, in which used tokens look unused (ADR 0041). Any
 * thread.
 */
final class ConsumptionMark {

    private static final Pattern FORMAT =
            Pattern.compile("asterism-consumed-1 ([0-9a-f]{32}) ([0-9]{1,18})\n");

    private final Path file;
    private String database = "";
    private long consumed;

    ConsumptionMark(Path path) throws ServeException {
        file = path;
        try {
            Matcher read = FORMAT.matcher(Files.readString(file, StandardCharsets.US_ASCII));
            if (!read.matches()) {
                throw new ServeException(
                        path
                                + " is not what this program writes; to go on without it, delete it and"
                                + " start with -restored, which makes all open tokens void");
            }
            database = read.group(1);
            consumed = Long.parseLong(read.group(2));
        } catch (NoSuchFileException e) {
            consumed = 0;
        } catch (IOException e) {
            throw new ServeException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    /** The mark at one moment; {@code database} is empty before the first {@link #raise}. */
    record Position(String database, long consumed) {

        /**
         * Whether a database in this state is older than the mark, or another one. Only a state that was read after
         * the position was taken tells: the mark may have followed a newer one since.
         */
        boolean isAheadOf(String databaseId, long consumedThere) {
            return !database.isEmpty()
                    && (!database.equals(databaseId) || consumedThere < consumed);
        }
    }

    synchronized Position position() {
        return new Position(database, consumed);
    }

    /** Returns once the mark is on the disk. A mark never goes back for one database. */
    synchronized void raise(String databaseId, long consumedThere) throws IOException {
        if (database.equals(databaseId) && consumedThere <= consumed) {
            return;
        }
        String text = "asterism-consumed-1 " + databaseId + " " + consumedThere + "\n";
        DurableFile.replace(file, text.getBytes(StandardCharsets.US_ASCII));
        DurableFile.syncFolder(DurableFile.folderOf(file));
        database = databaseId;
        consumed = consumedThere;
    }
}
