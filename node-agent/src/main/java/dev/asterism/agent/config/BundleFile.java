package dev.asterism.agent.config;

import dev.asterism.agent.file.BoundedFile;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.revocation.BundleException;
import dev.asterism.overlay.revocation.BundleException.Fault;
import dev.asterism.overlay.revocation.RevocationBundle;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads the file of {@code asterism.revocation.bundle}. */
public final class BundleFile {

    private BundleFile() {}

    /**
     * What is in the file, and whether it counts.
     *
     * @param bundle null when it cannot be used
     * @param problem empty when it can
     * @param outdated the problem is a CA or a delegation that is not valid any more, which time alone can bring about:
     *     no reason to refuse a start
     */
    public record Content(@Nullable RevocationBundle bundle, String problem, boolean outdated) {}

    /**
     * Relative paths are taken from the working directory, as those of {@code pki}.
     *
     * @param cas who may vouch for it
     */
    public static Content read(String path, CaPool cas, Instant now) {
        try {
            RevocationBundle bundle = RevocationBundle.ofPem(BoundedFile.read(Path.of(path)));
            bundle.head().verifyAt(cas, now);
            return new Content(bundle, "", false);
        } catch (InvalidPathException _) {
            return unusable(path, "not a path", false);
        } catch (IOException e) {
            return unusable(
                    Path.of(path).toAbsolutePath().toString(), BoundedFile.reason(e), false);
        } catch (BundleException e) {
            boolean outdated = e.fault() == Fault.OUT_OF_DATE || e.fault() == Fault.UNKNOWN_CA;
            return unusable(path, e.getMessage(), outdated);
        }
    }

    private static Content unusable(String path, String why, boolean outdated) {
        return new Content(null, "the bundle in " + path + " cannot be used: " + why, outdated);
    }
}
