package dev.asterism.agent.enrol;

import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.enrol.EnrolException;
import dev.asterism.overlay.enrol.EnrolFields;
import dev.asterism.overlay.enrol.EnrolToken;
import dev.asterism.overlay.io.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a certificate came from, in a file beside it: what a renewal takes. No secret.
 *
 * @param pin of the servers' certificate
 * @param urls of the servers
 */
record RenewalFile(Fingerprint pin, List<String> urls) {

    private static final String SUFFIX = ".renewal";

    RenewalFile {
        urls = List.copyOf(urls);
    }

    /** {@code host.crt.renewal} of {@code host.crt}. */
    static Path beside(Path certificate) {
        return certificate.resolveSibling(certificate.getFileName() + SUFFIX);
    }

    void write(Path path) throws IOException {
        String text =
                new String(
                        new EnrolFields()
                                .with("pin", pin.toString())
                                .with("urls", String.join(" ", urls))
                                .encode()
                                .toArray(),
                        StandardCharsets.US_ASCII);
        SafeFile.write(path, text);
    }

    /**
     * @throws IOException also when it is not such a file
     */
    static RenewalFile read(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            EnrolFields fields =
                    EnrolFields.parse(Bytes.owning(in.readNBytes(EnrolFields.MAX_BYTES + 1)));
            Fingerprint pin = Fingerprint.parse(fields.text("pin"));
            List<String> urls = List.of(fields.text("urls").split(" ", -1));
            if (pin == null || !urls.stream().allMatch(EnrolToken::isUrl)) {
                throw new IOException("it has no fingerprint or no address of a server");
            }
            return new RenewalFile(pin, urls);
        } catch (EnrolException e) {
            throw new IOException("it is a " + e.getMessage(), e);
        }
    }
}
