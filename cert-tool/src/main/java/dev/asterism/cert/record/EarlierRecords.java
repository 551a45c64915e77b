package dev.asterism.cert.record;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.io.Bytes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What was revoked and issued under CAs which another one takes over from: a rotation neither lifts a revocation
 * nor gives back a right that a host has lost. Each look for revocations reads what was appended since the last one; a
 * record that is moved away counts as it was. Any thread.
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

    /** In hex, all keys for which any of them has a revocation. */
    public synchronized Set<String> revokedKeys() throws IOException {
        Set<String> all = new TreeSet<>();
        for (Map.Entry<Path, RevokedKeys> entry : records.entrySet()) {
            readOn(entry.getKey(), entry.getValue());
            all.addAll(entry.getValue().all());
        }
        return all;
    }

    /** What those CAs issued for this public key, of each in its order. */
    public List<Certificate> issuedFor(Bytes publicKey) throws IOException {
        List<Certificate> all = new ArrayList<>();
        for (Path file : records.keySet()) {
            try (FileChannel record = FileChannel.open(file, StandardOpenOption.READ)) {
                long end = RecordTail.of(file, record).end();
                all.addAll(IssuedFor.in(file.toString(), record, end, publicKey));
            } catch (NoSuchFileException e) {
                // As when a revocation is looked for.
            }
        }
        return all;
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
