package dev.asterism.cert.record;

import dev.asterism.cert.file.DurableFile;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.io.Bytes;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The record beside a CA. What is appended is on the disk when the call returns, or not in the record; certificates are
 * handed out after that, so none is missing from it. Any number of processes may append; of a process, one object per
 * file, which any thread may use.
 */
public final class IssueRecord implements Closeable {

    private final Path file;
    private final FileChannel channel;
    private final RevokedKeys revoked = new RevokedKeys();

    private IssueRecord(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Opens the record of this CA, and begins it if there is none. */
    public static IssueRecord open(Path file, Certificate ca, Instant now) throws IOException {
        boolean isNew = !Files.exists(file);
        FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        IssueRecord record = new IssueRecord(file, channel);
        boolean isOpen = false;
        try {
            record.begin(ca, now);
            if (isNew) {
                DurableFile.syncFolder(DurableFile.folderOf(file));
            }
            isOpen = true;
            return record;
        } finally {
            if (!isOpen) {
                channel.close();
            }
        }
    }

    /** The first line names the CA; another CA's record is refused. */
    private synchronized void begin(Certificate ca, Instant now) throws IOException {
        try (FileLock _ = lock()) {
            RecordTail tail = RecordTail.of(file, channel);
            if (tail.end() == 0) {
                write(tail, List.of(RecordLine.opened(ca, now)));
                return;
            }
            byte[] first = new byte[(int) Math.min(tail.end(), RecordTail.LONGEST_LINE)];
            channel.read(ByteBuffer.wrap(first), 0);
            int lineEnd = 0;
            while (first[lineEnd] != '\n') {
                lineEnd++;
            }
            String line = new String(first, 0, lineEnd, StandardCharsets.US_ASCII);
            if (!line.contains("\"kind\":\"opened\"")
                    || !line.contains("\"fingerprint\":\"" + ca.fingerprint() + "\"")) {
                throw new BrokenRecordException(
                        file.toString(), 1, "this is not the record of the CA " + ca.fingerprint());
            }
        }
    }

    /**
     * Writes down certificates before anybody gets them.
     *
     * @param by what signed them, like {@code sign}
     * @throws RevokedKeyException when one is for a key that was revoked; then none is written
     */
    public synchronized void appendIssued(
            List<? extends Certificate> certificates, String by, Instant now) throws IOException {
        try (FileLock _ = lock()) {
            RecordTail tail = RecordTail.of(file, channel);
            revoked.readUpTo(tail.end(), channel);
            for (Certificate certificate : certificates) {
                if (revoked.contains(certificate.publicKey())) {
                    throw new RevokedKeyException(certificate.name());
                }
            }
            write(tail, issued(certificates, by, now));
        }
    }

    /** As {@link #appendIssued} for keys that were just made, which nobody can have revoked: reads only the end. */
    public synchronized void appendIssuedToNewKeys(
            List<? extends Certificate> certificates, String by, Instant now) throws IOException {
        try (FileLock _ = lock()) {
            write(RecordTail.of(file, channel), issued(certificates, by, now));
        }
    }

    private static List<RecordLine> issued(
            List<? extends Certificate> certificates, String by, Instant now) {
        List<RecordLine> lines = new ArrayList<>();
        certificates.forEach(certificate -> lines.add(RecordLine.issued(certificate, by, now)));
        return lines;
    }

    public synchronized void appendRevoked(
            List<? extends Certificate> certificates, String reason, Instant now)
            throws IOException {
        try (FileLock _ = lock()) {
            List<RecordLine> lines = new ArrayList<>();
            certificates.forEach(
                    certificate -> lines.add(RecordLine.revoked(certificate, reason, now)));
            write(RecordTail.of(file, channel), lines);
        }
    }

    /** Whether certificates for this public key were revoked. */
    public synchronized boolean hasRevoked(Bytes publicKey) throws IOException {
        try (FileLock _ = lock()) {
            revoked.readUpTo(RecordTail.of(file, channel).end(), channel);
            return revoked.contains(publicKey);
        }
    }

    /** In hex, all keys for which certificates were revoked. */
    public synchronized Set<String> revokedKeys() throws IOException {
        try (FileLock _ = lock()) {
            revoked.readUpTo(RecordTail.of(file, channel).end(), channel);
            return revoked.all();
        }
    }

    /** What was issued for this public key, revoked or not, in its order. Reads the whole file; keeps nobody out. */
    public List<Certificate> issuedFor(Bytes publicKey) throws IOException {
        return IssuedFor.in(file.toString(), channel, end(), publicKey);
    }

    private synchronized long end() throws IOException {
        try (FileLock _ = lock()) {
            return RecordTail.of(file, channel).end();
        }
    }

    /** All of it, its chain checked. */
    public synchronized RecordHistory read() throws IOException {
        try (FileLock _ = lock()) {
            return RecordReader.read(file.toString(), channel);
        }
    }

    /** The record without opening it for writing. */
    public static RecordHistory read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return RecordReader.read(file.toString(), channel);
        }
    }

    private FileLock lock() throws IOException {
        try {
            return channel.lock();
        } catch (OverlappingFileLockException _) {
            throw new IOException(file + " is already open in this process");
        }
    }

    /** On the disk, or as before. What a killed process left unfinished is overwritten. */
    private void write(RecordTail tail, List<RecordLine> lines) throws IOException {
        List<byte[]> encoded = new ArrayList<>();
        String previous = tail.digest();
        int length = 0;
        for (RecordLine line : lines) {
            byte[] bytes = line.behind(previous);
            previous = RecordTail.digestOf(bytes, 0, bytes.length - 1);
            encoded.add(bytes);
            length += bytes.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        encoded.forEach(all::put);
        all.flip();
        boolean isWritten = false;
        try {
            channel.truncate(tail.end());
            long at = tail.end();
            while (all.hasRemaining()) {
                at += channel.write(all, at);
            }
            channel.force(true);
            isWritten = true;
        } finally {
            if (!isWritten) {
                channel.truncate(tail.end());
            }
        }
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}
