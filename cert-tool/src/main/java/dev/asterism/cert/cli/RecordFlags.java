package dev.asterism.cert.cli;

import dev.asterism.cert.record.IssueRecord;
import dev.asterism.cert.record.RecordHistory;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Where to look for certificates: in the record of a CA, or in a folder. */
final class RecordFlags {

    private final FilePort files;
    private final Flag.Text crt;
    private final Flag.Text folder;

    RecordFlags(GoFlags flags, FilePort files) {
        this.files = files;
        crt = AuthorityFlags.crt(flags);
        folder =
                flags.text(
                        "dir",
                        "",
                        "Optional: look at the certificates (*.crt) in this folder instead of the record");
    }

    boolean isFolder() {
        return !folder.value().isEmpty();
    }

    Certificate readCa() throws ToolException {
        return AuthorityFlags.readCertificate(files, crt.value());
    }

    RecordHistory readRecord() throws ToolException {
        return readRecord(files, crt.value());
    }

    static RecordHistory readRecord(FilePort files, String crt) throws ToolException {
        try {
            return IssueRecord.read(requireRecord(files, crt));
        } catch (IOException e) {
            throw new ToolException(
                    "cannot read the record: " + FilePort.reason(e) + "; see \"audit\"");
        }
    }

    /** The file, which is there. */
    static Path requireRecord(FilePort files, String crt) throws ToolException {
        Path file = AuthorityFlags.files(files, crt).record();
        if (!Files.exists(file)) {
            throw new ToolException(
                    "there is no record "
                            + file.getFileName()
                            + " beside "
                            + crt
                            + ": \"issue\", \"renew\" and \"audit -begin\" begin one");
        }
        return file;
    }

    /** All certificates in the folder's files, in order of the files' names. */
    List<Certificate> readFolder() throws ToolException {
        List<Certificate> found = new ArrayList<>();
        for (Path name : names()) {
            String text = files.read("unable to read crt: ", name.toString());
            try {
                found.addAll(CertificatePem.readUsable(text).certificates());
            } catch (CertificateException e) {
                throw new ToolException(name + ": " + e.getMessage());
            }
        }
        return found;
    }

    private Set<Path> names() throws ToolException {
        try {
            return namesIn(files.resolved(folder.value()));
        } catch (IOException e) {
            throw new ToolException("cannot read -dir: " + FilePort.reason(e));
        }
    }

    private static Set<Path> namesIn(Path folder) throws IOException {
        Set<Path> names = new TreeSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.crt")) {
            entries.forEach(names::add);
            return names;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }
}
