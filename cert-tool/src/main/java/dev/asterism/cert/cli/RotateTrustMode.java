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

/** {@code rotate trust}: makes the bundle of both CAs, and takes who has it. */
final class RotateTrustMode extends RotateStep {

    private final Flag.Text done = doneFlag();

    RotateTrustMode(CliEnvironment world) {
        super(
                world,
                "rotate trust",
                "makes the bundle of both CAs that every host must trust first");
    }

    @Override
    Rotation step(Rotation now, RecordHistory history) throws ToolException, IOException {
        if (now.isRetired()) {
            throw new ToolException("the old CA is retired already");
        }
        String both = CertificatePem.encode(oldCa()) + CertificatePem.encode(newCa(now));
        Path bundle = authority().bundle();
        DurableFile.replace(bundle, both.getBytes(StandardCharsets.UTF_8));
        DurableFile.syncFolder(DurableFile.folderOf(bundle));
        Rotation after = confirm(now, done.value(), HostProgress.WAITING, HostProgress.TRUSTS);
        List<String> waiting = after.behind(HostProgress.TRUSTS);
        if (waiting.isEmpty()) {
            say("every host trusts both CAs; next: asterism-cert rotate issue");
        } else {
            say(
                    "copy "
                            + bundle
                            + " to the file of pki.ca and reload, on "
                            + waiting.size()
                            + (waiting.size() == 1 ? " host: " : " hosts: ")
                            + names(waiting));
            say("then: asterism-cert rotate trust -done NAME,NAME or -done all");
        }
        return after;
    }
}
