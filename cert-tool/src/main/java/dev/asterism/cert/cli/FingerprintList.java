package dev.asterism.cert.cli;

import dev.asterism.overlay.cert.Fingerprint;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** A file with fingerprints: {@code pki.blocklist} in YAML, as {@code revoke} writes it, or one in each line. */
final class FingerprintList {

    private FingerprintList() {}

    /** Anything in the list that is no fingerprint is an error. */
    static SortedSet<Fingerprint> read(String text, String path) throws ToolException {
        TreeSet<Fingerprint> found = new TreeSet<>();
        if (text.contains("blocklist")) {
            for (Object entry : blocklist(text, path)) {
                found.add(parsed(String.valueOf(entry), path + ": pki.blocklist"));
            }
            return found;
        }
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            int comment = line.indexOf('#');
            String entry = (comment < 0 ? line : line.substring(0, comment)).strip();
            if (!entry.isEmpty()) {
                found.add(parsed(entry, path + ": line " + number));
            }
        }
        return found;
    }

    private static List<?> blocklist(String text, String path) throws ToolException {
        try {
            Object root = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
            if (root instanceof Map<?, ?> keys
                    && keys.get("pki") instanceof Map<?, ?> pki
                    && pki.get("blocklist") instanceof List<?> entries) {
                return entries;
            }
        } catch (YAMLException e) {
            throw new ToolException(path + ": not YAML: " + e.getMessage());
        }
        throw new ToolException(path + ": no list under pki.blocklist");
    }

    private static Fingerprint parsed(String entry, String place) throws ToolException {
        Fingerprint fingerprint = Fingerprint.parse(entry.toLowerCase(Locale.ROOT));
        if (fingerprint == null) {
            throw new ToolException(place + ": not a fingerprint of 64 hex digits: " + entry);
        }
        return fingerprint;
    }
}
