package dev.asterism.cert.cli;

import dev.asterism.overlay.net.Cidr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Comma-separated values: entries trimmed, empty ones skipped. */
final class CommaList {

    private CommaList() {}

    static List<String> of(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .toList();
    }

    /** The value of the flag, or of its deprecated name when the flag is empty. */
    static String either(String value, String deprecated) {
        return value.isEmpty() ? deprecated : value;
    }

    static List<Cidr> networks(String flag, String text) throws ToolException {
        List<Cidr> networks = new ArrayList<>();
        for (String entry : of(text)) {
            Cidr network = Cidr.parse(entry);
            if (network == null) {
                throw new ToolException.Usage("invalid -" + flag + " definition: " + entry);
            }
            networks.add(network);
        }
        return networks;
    }
}
