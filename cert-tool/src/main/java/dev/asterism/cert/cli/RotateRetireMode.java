package dev.asterism.cert.cli;

import dev.asterism.cert.file.DurableFile;
import dev.asterism.cert.record.RecordHistory;
import dev.asterism.cert.rotate.HostProgress;
import dev.asterism.cert.rotate.Rotation;
import dev.asterism.overlay.cert.CertificatePem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** {@code rotate retire}: the bundle without the old CA, once nobody needs that. */
final class RotateRetireMode extends RotateStep {

    RotateRetireMode(CliEnvironment world) {
        super(world, "rotate retire", "makes the bundle without the old CA, once no host needs it");
    }

    @Override
    Rotation step(Rotation now, RecordHistory history) throws ToolException, IOException {
        List<String> cutOff = now.behind(HostProgress.USES);
        if (!now.isRetired() && !cutOff.isEmpty()) {
            throw new ToolException(
                    "these hosts still use certificates of the old CA, and would be cut off: "
                            + names(cutOff)
                            + "; see \"rotate issue\", or revoke what is gone for good");
        }
        Path bundle = authority().bundle();
        String one = CertificatePem.encode(newCa(now));
        DurableFile.replace(bundle, one.getBytes(StandardCharsets.UTF_8));
        DurableFile.syncFolder(DurableFile.folderOf(bundle));
        say(
                "copy "
                        + bundle
                        + " to the file of pki.ca and reload, on every host. Until a host has it, whoever"
                        + " has the old CA's key can still sign for that host; then destroy the key.");
        return now.retired();
    }
}
