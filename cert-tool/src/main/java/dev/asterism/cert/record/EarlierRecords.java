package dev.asterism.cert.record;

import dev.asterism.overlay.io.Bytes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * The keys that were revoked under CAs which another one takes over from: a host does not get rid of its revocation by
 * a rotation. Each look reads what was appended since the last one; a record that is moved away counts as it was. Any
 * thread.
 */
public final class EarlierRecords {

    private final Map<Path, RevokedKeys> records = new TreeMap<>();

    /**
     * @param files records, which need not be there yet
     */
    public EarlierRecords(Collection<Path> files) {
        files.forEach(file -> records.put(file, new RevokedKeys()));
    }

    /** Whether any of them says that certificates for this public key were revoked. */
    public synchronized boolean haveRevoked(Bytes publicKey) throws IOException {
        boolean isRevoked = false;
        for (Map.Entry<Path, RevokedKeys> entry : records.entrySet()) {
            readOn(entry.getKey(), entry.getValue());
            isRevoked |= entry.getValue().contains(publicKey);
        }
        return isRevoked;
    }

    /** Without the lock of those who append: a line is whole once its newline is there. */
    private static void readOn(Path file, RevokedKeys keys) throws IOException {
        try (FileChannel record = FileChannel.open(file, StandardOpenOption.READ)) {
            keys.readUpTo(RecordTail.of(file, record).end(), record);
        } catch (NoSuchFileException e) {
            // Nothing was recorded there yet, or somebody put it away.
        }
    }
}
