package dev.asterism.cert.cli;

import dev.asterism.cert.record.IssueRecord;
import dev.asterism.cert.record.RecordEntry;
import dev.asterism.cert.record.RecordHistory;
import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.Verification.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** {@code audit}: is the record what was once written, all of it, and did the CA sign what it says? */
final class AuditMode extends Mode {

    private final Flag.Text crt = AuthorityFlags.crt(flags);
    private final Flag.Text head =
            flags.text(
                    "head",
                    "",
                    "Optional: the head of an earlier audit, which the record must still contain");
    private final Flag.Switch begin =
            flags.flag("begin", "Optional: begin a record, to which \"sign\" adds from then on");

    AuditMode(CliEnvironment world) {
        super(world, "audit", "checks the record of what was issued, line by line");
    }

    @Override
    void run() throws ToolException {
        ToolException.require("ca-crt", crt.value());
        Certificate ca = AuthorityFlags.readCertificate(files, crt.value());
        Path file = AuthorityFlags.files(files, crt.value()).record();
        try {
            if (begin.isSet()) {
                begin(file, ca);
            }
            if (!Files.exists(file)) {
                throw new ToolException(
                        "there is no record " + file.getFileName() + "; -begin begins one");
            }
            check(file, IssueRecord.read(file), ca);
        } catch (IOException e) {
            throw new ToolException(FilePort.reason(e));
        } catch (CertificateException e) {
            throw new ToolException("error while parsing ca-crt: " + e.getMessage());
        }
    }

    private void begin(Path file, Certificate ca) throws IOException, ToolException {
        if (Files.exists(file)) {
            throw new ToolException("there is a record already: " + file.getFileName());
        }
        try (IssueRecord _ = IssueRecord.open(file, ca, world.clock().instant())) {
            // The first line is in it.
        }
    }

    private void check(Path file, RecordHistory history, Certificate ca)
            throws ToolException, CertificateException {
        Instant now = world.clock().instant();
        CaPool pool = CaPool.of(List.of(ca), Blocklist.EMPTY, now).pool();
        int line = 0;
        int certificates = 0;
        for (RecordEntry entry : history.entries()) {
            line++;
            String wrong =
                    switch (entry) {
                        case RecordEntry.Opened opened ->
                                opened.ca().equals(ca.fingerprint())
                                        ? ""
                                        : "the record is that of the CA " + opened.ca();
                        case RecordEntry.Issued issued -> wrong(pool, issued.certificate());
                        case RecordEntry.Revoked _ -> "";
                    };
            if (!wrong.isEmpty()) {
                throw new ToolException(file.getFileName() + ":" + line + ": " + wrong);
            }
            certificates += entry instanceof RecordEntry.Issued ? 1 : 0;
        }
        if (history.digests().isEmpty()) {
            throw new ToolException(file.getFileName() + ":1: the record is empty");
        }
        if (!head.value().isEmpty() && !history.digests().contains(head.value())) {
            throw new ToolException(
                    "no line of the record has the digest "
                            + head.value()
                            + ": lines that an earlier audit saw were removed or changed");
        }
        if (history.unfinishedBytes() > 0) {
            world.err()
                    .print(
                            "Warning: "
                                    + history.unfinishedBytes()
                                    + " bytes behind the last line are the rest of an interrupted write;"
                                    + " the next write replaces them\n");
        }
        world.out()
                .print(
                        "%d lines, %d certificates, all in order; head %s\n"
                                .formatted(line, certificates, history.digests().getLast()));
    }

    private static String wrong(CaPool pool, Certificate certificate) {
        return pool.verify(certificate, certificate.notBefore()) instanceof Refused refused
                ? "this CA did not sign the certificate: " + refused.message()
                : "";
    }
}
