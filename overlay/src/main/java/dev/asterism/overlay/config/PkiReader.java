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

    private static final long NOT_GIVEN = Long.MIN_VALUE;

    private PkiReader() {}

    static Pki read(Section section) {
        return new Pki(
                required(section, "ca"),
                required(section, "cert"),
                key(section),
                blocklist(section),
                section.bool("disconnect_invalid"),
                initiatingVersion(section));
    }

    private static String required(Section section, String key) {
        String value = section.text(key);
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
        String key = "initiating_version";
        String byCertificate = "the version of the certificate";
        long version = section.whole(key, NOT_GIVEN, byCertificate);
        if (version != NOT_GIVEN && (version < 0 || version > 0xFFFF_FFFFL)) {
            section.doubt(
                    key, "%d is not 1 or 2".formatted(version), "", byCertificate + " is used");
            return 0;
        }
        if (version != NOT_GIVEN && version != 1 && version != 2) {
            section.error(key, "unknown pki.initiating_version: %d".formatted(version));
        }
        return version == NOT_GIVEN ? 0 : (int) version;
    }
}
