package dev.asterism.cert.cli;

import dev.asterism.cert.record.RecordHistory;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Fingerprint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code list}: what was issued, and what became of it. */
final class ListMode extends Mode {

    private final RecordFlags source = new RecordFlags(flags, files);
    private final Flag.Switch all =
            flags.flag(
                    "all", "Optional: also what was replaced by a newer certificate, or revoked");
    private final Flag.Switch asJson = flags.flag("json", "Optional: one JSON object per line");

    ListMode(CliEnvironment world) {
        super(world, "list", "lists the certificates that were issued");
    }

    @Override
    void run() throws ToolException {
        Instant now = world.clock().instant();
        CertificateTable table = new CertificateTable(now);
        if (source.isFolder()) {
            source.readFolder().forEach(certificate -> table.add(certificate, ""));
        } else {
            addRecord(table, source.readRecord());
        }
        world.out().print(asJson.isSet() ? table.json() : table.text());
    }

    private void addRecord(CertificateTable table, RecordHistory history) {
        Set<Fingerprint> revoked = history.revoked().keySet();
        List<Certificate> newest = new ArrayList<>();
        Map<String, List<Certificate>> byName = history.newestByName();
        byName.values().forEach(newest::addAll);
        if (!all.isSet()) {
            newest.forEach(certificate -> table.add(certificate, ""));
            return;
        }
        for (Certificate certificate : history.issued()) {
            boolean isRevoked = revoked.contains(certificate.fingerprint());
            table.add(
                    certificate,
                    isRevoked ? "revoked" : newest.contains(certificate) ? "" : "replaced");
        }
    }
}
