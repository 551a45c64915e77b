package dev.asterism.cert.record;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.io.Bytes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds what was issued for one public key. Lines about other keys are passed over by their text alone, and nothing of
 * them is kept: a record of 100 MB takes a second on a busy machine, and no memory.
 */
final class IssuedFor {

    private static final String KIND = "{\"v\":1,\"kind\":\"issued\"";

    private final String file;
    private final String key;
    private final List<Certificate> found = new ArrayList<>();
    private long lines;

    private IssuedFor(String file, Bytes publicKey) {
        this.file = file;
        key = "\"publicKey\":\"" + publicKey.hex() + "\"";
    }

    /**
     * In the order in which they were issued.
     *
     * @param end of the last whole line
     */
    static List<Certificate> in(String file, FileChannel record, long end, Bytes publicKey)
            throws IOException {
        IssuedFor search = new IssuedFor(file, publicKey);
        new LinesOnward(search::take).readUpTo(end, record);
        return search.found;
    }

    private void take(StringBuilder line) throws IOException {
        lines++;
        if (line.indexOf(KIND) == 0 && line.indexOf(key) >= 0) {
            found.add(RecordReader.issuedIn(file, lines, line.toString()));
        }
    }
}
