package dev.asterism.cert.cli;

import dev.asterism.cert.cli.FilePort.PathFlag;
import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Quoted;
import dev.asterism.overlay.cert.Verification.Accepted;
import dev.asterism.overlay.cert.Verification.Reason;
import dev.asterism.overlay.cert.Verification.Refused;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@code verify}: are all certificates of a file valid and signed by a trusted authority? */
final class VerifyMode extends Mode {

    private final Flag.Text ca =
            flags.text("ca", "", "Required: file with one or more CA certificates");
    private final Flag.Text crt =
            flags.text("crt", "", "Required: file with one or more certificates");

    VerifyMode(CliEnvironment world) {
        super(world, "verify", "checks validity and signature against trusted authorities");
    }

    @Override
    void run() throws ToolException {
        ToolException.require("ca", ca.value());
        ToolException.require("crt", crt.value());
        FilePort.claimStdin(new PathFlag("ca", ca.value()), new PathFlag("crt", crt.value()));
        Instant now = world.clock().instant();
        CaPool pool = readPool(now);
        List<String> failures = new ArrayList<>();
        for (Certificate certificate : readCertificates()) {
            switch (pool.verify(certificate, now)) {
                case Accepted _ -> {}
                case Refused refused -> failures.add(describe(certificate, refused));
            }
        }
        if (!failures.isEmpty()) {
            throw new ToolException(String.join("\n", failures));
        }
    }

    private CaPool readPool(Instant now) throws ToolException {
        String text = files.read("error while reading ca: ", ca.value());
        try {
            CaPool.Loaded loaded = CaPool.read(text, Blocklist.EMPTY, now);
            reportSkipped("ca", loaded.skipped());
            if (loaded.pool().isEmpty()) {
                throw new ToolException(CaPool.NO_VALID_CA);
            }
            return loaded.pool();
        } catch (CertificateException e) {
            throw new ToolException("error while adding ca cert to pool: " + e.getMessage());
        }
    }

    private List<Certificate> readCertificates() throws ToolException {
        String text = files.read("unable to read crt: ", crt.value());
        try {
            CertificatePem.Bundle bundle = CertificatePem.readUsable(text);
            reportSkipped("crt", bundle.skipped());
            if (bundle.certificates().isEmpty()) {
                throw new ToolException("no valid certificates found in crt");
            }
            return bundle.certificates();
        } catch (CertificateException e) {
            throw new ToolException("error while parsing crt: " + e.getMessage());
        }
    }

    private void reportSkipped(String what, List<String> skipped) {
        skipped.forEach(why -> world.err().print("skipping " + what + ": " + why + "\n"));
    }

    private String describe(Certificate certificate, Refused refused) {
        String who =
                refused.reason() == Reason.UNKNOWN_ISSUER
                        ? "v%d %s with issuer %s"
                                .formatted(
                                        certificate.version(),
                                        Quoted.of(certificate.name()),
                                        certificate.issuerText())
                        : new CertificateJson(world.clock().getZone()).indented(certificate);
        return "error while verifying certificate " + who + ": " + why(refused);
    }

    /**
     * Scripts match on the words of nebula-cert, which leave out the times; those are in the printed
     * certificate.
     */
    private static String why(Refused refused) {
        return switch (refused.reason()) {
            case CA_EXPIRED -> "root certificate is expired";
            case EXPIRED -> "certificate is expired";
            default -> refused.message();
        };
    }
}
