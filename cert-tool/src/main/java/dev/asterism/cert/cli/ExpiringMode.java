package dev.asterism.cert.cli;

import dev.asterism.cert.inventory.DaysOrGo;
import dev.asterism.cert.record.RecordHistory;
import dev.asterism.overlay.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@code expiring}: does any certificate in use end soon, or has it ended? For calendars and monitoring. */
final class ExpiringMode extends Mode {

    private final RecordFlags source = new RecordFlags(flags, files);
    private final Flag.Text within =
            flags.text("within", "30d", "Optional: how soon is soon, like 30d or 720h");
    private final Flag.Switch asJson = flags.flag("json", "Optional: one JSON object per line");

    ExpiringMode(CliEnvironment world) {
        super(
                world,
                "expiring",
                "lists certificates that end soon, the CA's too; exit 1 when any does");
    }

    @Override
    void run() throws ToolException {
        Duration soon = DaysOrGo.parse(within.value());
        if (soon == null) {
            throw new ToolException.Usage(
                    "invalid -within: " + within.value() + ": write something like 30d or 720h");
        }
        Instant now = world.clock().instant();
        CertificateTable table = new CertificateTable(now);
        for (Certificate certificate : inUse()) {
            if (certificate.notAfter().isBefore(now.plus(soon))) {
                table.add(certificate, "");
            }
        }
        if (!table.isEmpty()) {
            world.out().print(asJson.isSet() ? table.json() : table.text());
            throw new ToolException.No();
        }
    }

    private List<Certificate> inUse() throws ToolException {
        if (source.isFolder()) {
            return source.readFolder();
        }
        RecordHistory history = source.readRecord();
        List<Certificate> inUse = new ArrayList<>(List.of(source.readCa()));
        history.newestByName().values().forEach(inUse::addAll);
        return inUse;
    }
}
