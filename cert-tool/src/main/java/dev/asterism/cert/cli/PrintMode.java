package dev.asterism.cert.cli;

import dev.asterism.cert.cli.FilePort.PathFlag;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code print}: what every certificate in a file says. */
@Command(name = "print", description = "shows what certificates say")
final class PrintMode extends Mode {

    @Option(names = "-path", description = "Required: file with one or more certificates")
    private String path = "";

    @Option(names = "-json", description = "Optional: one line with a JSON array")
    private boolean asJson;

    @Option(
            names = "-out-qr",
            description = "Optional: where a QR code (PNG) of the certificates goes")
    private String outQr = "";

    PrintMode(Surroundings world) {
        super(world);
    }

    @Override
    void run() throws ToolException {
        ToolException.require("path", path);
        CertificateJson json = new CertificateJson(world.clock().getZone());
        boolean isQuiet = FilePort.isStream(outQr);
        List<Certificate> certificates = new ArrayList<>();
        CertificatePem.Reader reader =
                new CertificatePem.Reader(files.read("unable to read cert; ", path));
        try {
            do {
                Certificate certificate = reader.next();
                certificates.add(certificate);
                if (!asJson && !isQuiet) {
                    world.out().print(json.indented(certificate) + "\n");
                }
            } while (!reader.atEnd());
        } catch (CertificateException e) {
            throw new ToolException("error while unmarshaling cert: " + e.getMessage());
        }
        if (asJson && !isQuiet) {
            world.out().print(json.line(certificates) + "\n");
        }
        if (!outQr.isEmpty()) {
            String pem =
                    certificates.stream().map(CertificatePem::encode).collect(Collectors.joining());
            files.write(new PathFlag("out-qr", outQr), QrPng.of(pem));
        }
    }
}
