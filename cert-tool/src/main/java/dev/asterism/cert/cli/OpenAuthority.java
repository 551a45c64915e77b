package dev.asterism.cert.cli;

import dev.asterism.cert.file.DurableFile;
import dev.asterism.cert.file.ProcessLock;
import dev.asterism.cert.issue.AuthorityFiles;
import dev.asterism.cert.issue.IssuingAuthority;
import dev.asterism.cert.record.EarlierRecords;
import dev.asterism.cert.record.IssueRecord;
import dev.asterism.cert.rotate.EarlierCas;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.SigningKey;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.noise.KeyPair;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A CA with key and record, for this process alone until it is closed. */
final class OpenAuthority implements AutoCloseable {

    private final ProcessLock lock;
    private final SigningKey key;
    private final Signer signer;
    private final IssueRecord record;
    private final EarlierRecords earlier;
    private final RandomSource random;

    private OpenAuthority(
            ProcessLock lock,
            SigningKey key,
            Signer signer,
            IssueRecord record,
            EarlierRecords earlier,
            RandomSource random) {
        this.lock = lock;
        this.key = key;
        this.signer = signer;
        this.record = record;
        this.earlier = earlier;
        this.random = random;
    }

    /** Asks for the passphrase first, if there is one, and then waits for other processes. */
    static OpenAuthority open(AuthorityFlags flags, CliEnvironment world) throws ToolException {
        Instant now = world.clock().instant();
        AuthorityFiles files = flags.files();
        SigningKey key = flags.readKey();
        ProcessLock lock = null;
        try {
            Signer signer = flags.signer(key, now);
            lock = lock(files, world);
            EarlierRecords earlier = earlier(signer.ca(), files);
            OpenAuthority open =
                    new OpenAuthority(
                            lock,
                            key,
                            signer,
                            IssueRecord.open(files.record(), signer.ca(), now),
                            earlier,
                            world.random());
            lock = null;
            key = null;
            return open;
        } catch (IOException e) {
            throw new ToolException(
                    "cannot open the record of the CA: " + FilePort.fileAndReason(e));
        } finally {
            if (key != null) {
                key.destroy();
            }
            release(lock);
        }
    }

    /** What was revoked with CAs that a rotation replaces by this one. */
    static EarlierRecords earlier(Certificate ca, AuthorityFiles files) throws IOException {
        return new EarlierRecords(
                EarlierCas.before(ca.fingerprint(), DurableFile.folderOf(files.certificate()))
                        .records());
    }

    private static void release(@Nullable ProcessLock lock) {
        try (ProcessLock _ = lock) {
            // Closed here, if it was taken.
        } catch (IOException _) {
            // It ends with the process.
        }
    }

    static ProcessLock lock(AuthorityFiles files, CliEnvironment world) throws IOException {
        return ProcessLock.take(
                files.lock(),
                () -> world.err().print("another asterism-cert works with this CA, waiting\n"));
    }

    Certificate ca() {
        return signer.ca();
    }

    IssueRecord record() {
        return record;
    }

    IssuingAuthority authority() {
        return new IssuingAuthority(signer, record, earlier);
    }

    /** Whether certificates for this key were revoked, under this CA or one that a rotation replaces by it. */
    boolean hasRevoked(Bytes publicKey) throws IOException {
        return record.hasRevoked(publicKey) || earlier.haveRevoked(publicKey);
    }

    /** Makes a key for a host of this CA; any thread, and the caller destroys it. */
    KeyPair newHostKey() {
        return CurveName.hostKeys(ca().curve()).generate(random);
    }

    @Override
    public void close() throws ToolException {
        key.destroy();
        try (ProcessLock _ = lock) {
            record.close();
        } catch (IOException e) {
            throw new ToolException("cannot close the record of the CA: " + FilePort.reason(e));
        }
    }
}
