package dev.asterism.cert.cli;

import dev.asterism.cert.cli.FilePort.PathFlag;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@code print}: what every certificate in a file says. */
final class PrintMode extends Mode {

    private final Flag.Text path =
            flags.text("path", "", "Required: file with one or more certificates");
    private final Flag.Switch asJson = flags.flag("json", "Optional: one line with a JSON array");
    private final Flag.Text outQr =
            flags.text("out-qr", "", "Optional: where a QR code (PNG) of the certificates goes");

    PrintMode(CliEnvironment world) {
        super(world, "print", "shows what certificates say");
    }

    @Override
    void run() throws ToolException {
        ToolException.require("path", path.value());
        CertificateJson json = new CertificateJson(world.clock().getZone());
        boolean isQuiet = FilePort.isStream(outQr.value());
        List<Certificate> certificates = new ArrayList<>();
        CertificatePem.Reader reader =
                new CertificatePem.Reader(files.read("unable to read cert; ", path.value()));
        try {
            do {
                Certificate certificate = reader.next();
                certificates.add(certificate);
                if (!asJson.isSet() && !isQuiet) {
                    world.out().print(json.indented(certificate) + "\n");
                }
            } while (!reader.atEnd());
        } catch (CertificateException e) {
            throw new ToolException("error while unmarshaling cert: " + e.getMessage());
        }
        if (asJson.isSet() && !isQuiet) {
            world.out().print(json.line(certificates) + "\n");
        }
        if (!outQr.value().isEmpty()) {
            String pem =
                    certificates.stream().map(CertificatePem::encode).collect(Collectors.joining());
            files.write(new PathFlag("out-qr", outQr.value()), QrPng.of(pem));
        }
    }
}
