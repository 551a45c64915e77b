package dev.asterism.cert.cli;

import dev.asterism.cert.file.DurableFile;
import dev.asterism.cert.inventory.DaysOrGo;
import dev.asterism.cert.issue.HostFiles;
import dev.asterism.cert.issue.HostGrant;
import dev.asterism.cert.record.EarlierRecords;
import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Verification.Refused;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.KeyPair;
import dev.asterism.overlay.text.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@code renew}: the same certificate again, with a later end. */
final class RenewMode extends Mode {

    private static final String BY = "renew";

    private final AuthorityFlags authority = new AuthorityFlags(flags, world);
    private final Flag.Text crt =
            flags.text("crt", "", "Required: the host's certificate, which is replaced");
    private final Flag.Text key =
            flags.text(
                    "key",
                    "",
                    "Optional: the host's key file, replaced with -new-key; beside -crt by default");
    private final Flag.Switch newKey =
            flags.flag("new-key", "Optional: with a new key in place of the old one");
    private final Flag.Text duration =
            flags.text(
                    "duration",
                    "",
                    "Optional: how long it is valid, like 90d or 2160h; as long as before by default");
    private final Flag.Text oldCa =
            flags.text(
                    "old-ca",
                    "",
                    "Optional: file with the CA that signed -crt, if that is another one");

    RenewMode(CliEnvironment world) {
        super(world, BY, "issues a host's certificate again with a later end");
    }

    @Override
    void run() throws ToolException {
        ToolException.require("crt", crt.value());
        authority.require();
        if (FilePort.isStream(crt.value()) || FilePort.isStream(key.value())) {
            throw new ToolException("-crt and -key must name files: they are replaced");
        }
        Duration life = duration.value().isEmpty() ? null : DaysOrGo.parse(duration.value());
        if (!duration.value().isEmpty() && life == null) {
            throw new ToolException.Usage(
                    "invalid -duration: "
                            + duration.value()
                            + ": write something like 90d or 2160h");
        }
        try (OpenAuthority open = OpenAuthority.open(authority, world)) {
            Path path = files.resolved(crt.value());
            HostFiles pair = new HostFiles(path, keyPath(path));
            pair.finishInterrupted();
            // Under the lock: who held it may have changed both files.
            String text = files.read("unable to read crt: ", crt.value());
            List<Certificate> present = CertificatePem.readUsable(text).certificates();
            if (present.isEmpty()) {
                throw new ToolException("no valid certificates found in crt");
            }
            requireIssued(present, open.ca());
            Duration same = present.getFirst().life();
            renew(open, pair, present, HostGrant.of(present, life == null ? same : life));
        } catch (CertificateException e) {
            throw new ToolException("error while renewing: " + e.getMessage());
        } catch (IOException e) {
            throw new ToolException("error while renewing: " + FilePort.fileAndReason(e));
        }
    }

    private Path keyPath(Path certificate) throws ToolException {
        if (!key.value().isEmpty()) {
            return files.resolved(key.value());
        }
        String name = String.valueOf(certificate.getFileName());
        String base = name.endsWith(".crt") ? name.substring(0, name.length() - 4) : name;
        return certificate.resolveSibling(base + ".key");
    }

    /** What a stranger wrote into a file must not become a certificate of this CA. */
    private void requireIssued(List<Certificate> present, Certificate ca)
            throws ToolException, CertificateException {
        List<Certificate> trusted = new ArrayList<>(List.of(ca));
        if (!oldCa.value().isEmpty()) {
            String text = files.read("error while reading old-ca: ", oldCa.value());
            trusted.addAll(CertificatePem.readUsable(text).certificates());
        }
        CaPool pool = CaPool.of(trusted, Blocklist.EMPTY, world.clock().instant()).pool();
        for (Certificate certificate : present) {
            // At the time it was made: renewing one that has ended is what this is for.
            if (pool.verify(certificate, certificate.notBefore()) instanceof Refused refused) {
                throw new ToolException(
                        "this CA did not sign "
                                + crt.value()
                                + ": "
                                + refused.message()
                                + "; after a change of the CA, name the old one with -old-ca");
            }
        }
    }

    /** As {@link OpenAuthority#hasRevoked}, or under the CA that {@code -old-ca} names. */
    private boolean hasRevoked(OpenAuthority open, Bytes publicKey)
            throws ToolException, IOException {
        if (oldCa.value().isEmpty() || FilePort.isStream(oldCa.value())) {
            return open.hasRevoked(publicKey);
        }
        Path old = AuthorityFlags.files(files, oldCa.value()).record();
        return open.hasRevoked(publicKey)
                || new EarlierRecords(List.of(old)).haveRevoked(publicKey);
    }

    private void renew(
            OpenAuthority open, HostFiles pair, List<Certificate> present, HostGrant grant)
            throws IOException, CertificateException, ToolException {
        Instant now = world.clock().instant();
        Bytes publicKey = present.getFirst().publicKey();
        if (!newKey.isSet() && hasRevoked(open, publicKey)) {
            throw new ToolException(
                    "the key of "
                            + grant.name()
                            + " was revoked: use -new-key, if the host may have a certificate again");
        }
        List<Certificate> renewed;
        if (newKey.isSet()) {
            KeyPair fresh = open.newHostKey();
            try {
                renewed = open.authority().issue(grant, fresh.publicKey(), BY, now);
                pair.replaceBoth(renewed, fresh);
            } finally {
                fresh.destroy();
            }
        } else {
            renewed = open.authority().issue(grant, publicKey, BY, now);
            pair.writeCertificates(renewed);
        }
        DurableFile.syncFolder(DurableFile.folderOf(pair.certificate()));
        world.out()
                .print(
                        Printable.escaped(
                                        grant.name()
                                                + ": renewed; ends "
                                                + renewed.getFirst().notAfter())
                                + "\n");
        world.err().print(CaEnd.warning(open.ca(), present.getFirst(), renewed.getFirst()));
    }
}
