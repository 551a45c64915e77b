package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import dev.asterism.overlay.config.OverlayConfig.Pki;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** {@code pki}: names certificates and keys; loading them is the agent's part. */
final class PkiReader {

    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");

    private PkiReader() {}

    static Pki read(Section section) {
        return new Pki(
                required(section, "ca"),
                required(section, "cert"),
                key(section),
                blocklist(section),
                section.bool("disconnect_invalid", true),
                initiatingVersion(section));
    }

    private static String required(Section section, String key) {
        String value = section.text(key, "");
        if (value.isEmpty()) {
            section.error(key, "no pki.%s path or PEM data provided".formatted(key));
        }
        return value;
    }

    private static String key(Section section) {
        String key = required(section, "key");
        if (key.startsWith("pkcs11:")) {
            section.error("key", "pki.key: keys in PKCS#11 tokens are not supported yet");
        }
        return key;
    }

    private static List<String> blocklist(Section section) {
        List<String> fingerprints = new ArrayList<>();
        List<ScalarNode> items = section.scalars("blocklist");
        for (int i = 0; i < items.size(); i++) {
            ScalarNode item = items.get(i);
            String fingerprint = item.text().strip().toLowerCase(Locale.ROOT);
            if (FINGERPRINT.matcher(fingerprint).matches()) {
                fingerprints.add(fingerprint);
            } else {
                section.problems()
                        .error(
                                item.position(),
                                section.path("blocklist") + "[" + i + "]",
                                "pki.blocklist entries are not hex certificate fingerprints: entry"
                                        + " %d \"%s\"".formatted(i + 1, item.text()));
            }
        }
        return List.copyOf(fingerprints);
    }

    private static int initiatingVersion(Section section) {
        int version = section.integer("initiating_version", 0, 0, Integer.MAX_VALUE);
        if (version > 2 || version == 0 && section.has("initiating_version")) {
            section.error(
                    "initiating_version", "unknown pki.initiating_version: %d".formatted(version));
        }
        return version;
    }
}
