package dev.asterism.cert.cli;

import dev.asterism.cert.file.DurableFile;
import dev.asterism.cert.file.ProcessLock;
import dev.asterism.cert.issue.AuthorityFiles;
import dev.asterism.cert.issue.BlocklistFile;
import dev.asterism.cert.record.IssueRecord;
import dev.asterism.cert.record.RecordHistory;
import dev.asterism.cert.rotate.EarlierCas;
import dev.asterism.cert.rotate.RotationFile;
import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.Verification.Refused;
import dev.asterism.overlay.text.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code revoke}: writes into the record that certificates must not be trusted any more, and the list of such as a file
 * of configuration. Needs no key, so that it can be done at once.
 */
final class RevokeMode extends Mode {

    private final Flag.Text caCrt = AuthorityFlags.crt(flags);
    private final Flag.Text name =
            flags.text("name", "", "Optional: all certificates of this host that have not ended");
    private final Flag.Text fingerprint =
            flags.text("fingerprint", "", "Optional: the certificate with this fingerprint");
    private final Flag.Text crt = flags.text("crt", "", "Optional: the certificates in this file");
    private final Flag.Text reason =
            flags.text("reason", "", "Optional: why, for the record, like \"laptop stolen\"");
    private final Flag.Text out =
            flags.text(
                    "out-blocklist",
                    "",
                    "Optional: where the list goes, beside the CA's certificate by default");

    RevokeMode(CliEnvironment world) {
        super(world, "revoke", "blocks certificates: makes the list that nodes reload");
    }

    @Override
    void run() throws ToolException {
        ToolException.require("ca-crt", caCrt.value());
        if (FilePort.isStream(out.value())) {
            throw new ToolException("-out-blocklist must name a file: it is replaced each time");
        }
        Certificate ca = AuthorityFlags.readCertificate(files, caCrt.value());
        AuthorityFiles authority = AuthorityFlags.files(files, caCrt.value());
        Instant now = world.clock().instant();
        try (ProcessLock _ = OpenAuthority.lock(authority, world);
                IssueRecord record = IssueRecord.open(authority.record(), ca, now)) {
            RecordHistory history = record.read();
            List<Certificate> chosen = chosen(history, ca, now);
            Set<Fingerprint> before = history.revoked().keySet();
            List<Certificate> fresh =
                    chosen.stream()
                            .filter(certificate -> !before.contains(certificate.fingerprint()))
                            .distinct()
                            .toList();
            if (!fresh.isEmpty()) {
                record.appendRevoked(fresh, reason.value(), now);
            }
            Path list = out.value().isEmpty() ? authority.blocklist() : files.resolved(out.value());
            int count = BlocklistFile.write(list, record.read().revoked().values(), now);
            report(chosen, fresh, list, count);
            lookAtOtherCas(authority, ca, chosen, now);
        } catch (IOException e) {
            throw new ToolException("error while revoking: " + FilePort.fileAndReason(e));
        } catch (CertificateException e) {
            throw new ToolException("error while revoking: " + e.getMessage());
        }
    }

    private List<Certificate> chosen(RecordHistory history, Certificate ca, Instant now)
            throws ToolException, CertificateException {
        List<String> given =
                List.of(name.value(), fingerprint.value(), crt.value()).stream()
                        .filter(value -> !value.isEmpty())
                        .toList();
        if (given.size() != 1) {
            throw new ToolException.Usage("one of -name, -fingerprint and -crt is required");
        }
        if (!crt.value().isEmpty()) {
            return fromFile(ca, now);
        }
        String wanted = fingerprint.value().strip().toLowerCase(Locale.ROOT);
        List<Certificate> found = new ArrayList<>();
        for (Certificate certificate : history.issued()) {
            boolean isMeant =
                    name.value().isEmpty()
                            ? hasFingerprint(certificate, wanted)
                            : certificate.name().equals(name.value())
                                    && !now.isAfter(certificate.notAfter());
            if (isMeant) {
                found.add(certificate);
            }
        }
        if (found.isEmpty()) {
            throw new ToolException(
                    "the record has no such certificate: \"list -all\" shows what it has, and -crt takes one"
                            + " that it has not");
        }
        return found;
    }

    private static boolean hasFingerprint(Certificate certificate, String wanted) {
        Fingerprint alternate = certificate.alternateFingerprint();
        return certificate.fingerprint().toString().equals(wanted)
                || alternate != null && alternate.toString().equals(wanted);
    }

    private List<Certificate> fromFile(Certificate ca, Instant now)
            throws ToolException, CertificateException {
        String text = files.read("unable to read crt: ", crt.value());
        List<Certificate> found = CertificatePem.readUsable(text).certificates();
        CaPool pool = CaPool.of(List.of(ca), Blocklist.EMPTY, now).pool();
        for (Certificate certificate : found) {
            if (pool.verify(certificate, certificate.notBefore()) instanceof Refused refused) {
                throw new ToolException(
                        "this CA did not sign " + crt.value() + ": " + refused.message());
            }
        }
        if (found.isEmpty()) {
            throw new ToolException("no valid certificates found in crt");
        }
        return found;
    }

    /** It is revoked by now: what cannot be looked at is no failure. */
    private void lookAtOtherCas(
            AuthorityFiles authority, Certificate ca, List<Certificate> chosen, Instant now) {
        try {
            warnOfOtherCas(authority, ca, chosen, now);
        } catch (IOException e) {
            world.err()
                    .print(
                            Printable.escaped(
                                            "warning: cannot look whether other CAs of a rotation"
                                                    + " have issued for it: "
                                                    + FilePort.reason(e))
                                    + "\n");
        }
    }

    /** During a rotation a host may have certificates of two CAs, and each CA has its own list. */
    private void warnOfOtherCas(
            AuthorityFiles authority, Certificate ca, List<Certificate> chosen, Instant now)
            throws IOException {
        List<AuthorityFiles> others =
                new ArrayList<>(
                        EarlierCas.before(
                                        ca.fingerprint(),
                                        DurableFile.folderOf(authority.certificate()))
                                .authorities());
        if (Files.exists(authority.rotation())) {
            String next = RotationFile.read(authority.rotation()).newCrt();
            others.add(new AuthorityFiles(Path.of(next)));
        }
        Set<String> names = chosen.stream().map(Certificate::name).collect(Collectors.toSet());
        for (AuthorityFiles other : others) {
            if (Files.exists(other.record())) {
                IssueRecord.read(other.record()).aliveAt(now).stream()
                        .map(Certificate::name)
                        .filter(names::contains)
                        .distinct()
                        .forEach(host -> warn(host, other));
            }
        }
    }

    private void warn(String host, AuthorityFiles other) {
        String line =
                "warning: %s has certificates of another CA as well, which this does not block: asterism-cert revoke"
                                .formatted(host)
                        + " -ca-crt %s -name \"%s\"".formatted(other.certificate(), host);
        world.err().print(Printable.escaped(line) + "\n");
    }

    private void report(List<Certificate> chosen, List<Certificate> fresh, Path list, int count) {
        for (Certificate certificate : chosen) {
            String what = fresh.contains(certificate) ? "revoked" : "was revoked before";
            String line =
                    "%s: %s: %s".formatted(certificate.name(), what, certificate.fingerprint());
            world.out().print(Printable.escaped(line) + "\n");
        }
        world.out()
                .print(
                        list
                                + " blocks "
                                + count
                                + (count == 1 ? " certificate" : " certificates")
                                + ". Copy it into the folder of configuration files of every node and"
                                + " reload the nodes: tunnels with these hosts end then.\n");
    }
}
