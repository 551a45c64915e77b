package dev.asterism.agent.state;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.revocation.BundleException;
import dev.asterism.overlay.revocation.BundlesInForce;
import dev.asterism.overlay.revocation.RevocationBundle;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;

/**
 * The bundles in force, and those that wait for their CA, as a file, one a line in base64, so that a restart cannot
 * bring an older one back. What is read is verified by whoever takes it into force.
 */
public final class RevocationBundleFile {

    static final int MAX_BYTES = 5 << 20;

    /** In force, and as many again that wait for their CA. */
    static final int MOST = 2 * BundlesInForce.MAX_CAS;

    /** Of other nodes of this machine, or of this one under earlier keys; the rest is not looked at. */
    static final int MAX_FILES = 16;

    private static final String FORMAT = "asterism revocation bundles 1";
    private static final String PREFIX = "revocation-bundles-";

    private final Path folder;
    private final StateFile file;

    /**
     * @param owner our public key: nodes of one machine share the folder
     */
    public RevocationBundleFile(Path folder, Bytes owner) {
        this.folder = folder;
        file = stateFile(folder.resolve(PREFIX + owner.hex().substring(0, 16)));
    }

    private static StateFile stateFile(Path path) {
        return new StateFile(path, FORMAT, MAX_BYTES);
    }

    public Path path() {
        return file.path();
    }

    /**
     * Those of every file of this kind in the folder: the newest counts whoever kept it, and this node may have had
     * another key before. Empty when there is none.
     *
     * @throws IOException when our own file cannot be read or is not what {@link #write} makes; others are passed over
     */
    public List<RevocationBundle> read() throws IOException {
        List<RevocationBundle> bundles = new ArrayList<>();
        for (Path other : others()) {
            try {
                bundles.addAll(read(stateFile(other)));
            } catch (IOException _) {
                // of another node, which says so itself
            }
        }
        bundles.addAll(read(file));
        return bundles;
    }

    private List<Path> others() throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, PREFIX + "*")) {
            return others(found);
        }
    }

    /** Up to where the folder can be read: our own file counts in any case. */
    List<Path> others(DirectoryStream<Path> found) {
        List<Path> others = new ArrayList<>();
        try {
            for (Path path : found) {
                boolean whole = !path.toString().endsWith(".new");
                if (whole && !path.equals(file.path()) && others.size() < MAX_FILES) {
                    others.add(path);
                }
            }
        } catch (DirectoryIteratorException _) {
            // what is known by then counts
        }
        return others;
    }

    private static List<RevocationBundle> read(StateFile from) throws IOException {
        byte[] content = from.read();
        return content == null ? List.of() : parse(content);
    }

    static List<RevocationBundle> parse(byte[] content) throws IOException {
        List<String> lines = StateFile.lines(content, FORMAT, MAX_BYTES);
        if (lines.size() > 1 + MOST) {
            throw new IOException("it has more than " + MOST + " bundles");
        }
        List<RevocationBundle> bundles = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            try {
                byte[] encoded = Base64.getDecoder().decode(lines.get(i));
                bundles.add(RevocationBundle.decode(Bytes.owning(encoded)));
            } catch (IllegalArgumentException | BundleException _) {
                throw new IOException("line " + (i + 1) + " is not a revocation bundle");
            }
        }
        return bundles;
    }

    /** Replaces our own file. */
    public void write(Collection<RevocationBundle> bundles) throws IOException {
        file.write(text(bundles));
    }

    static String text(Collection<RevocationBundle> bundles) {
        StringBuilder text = new StringBuilder(FORMAT).append('\n');
        Base64.Encoder base64 = Base64.getEncoder();
        for (RevocationBundle bundle : bundles) {
            text.append(base64.encodeToString(bundle.encoded().toArray())).append('\n');
        }
        return text.toString();
    }
}
