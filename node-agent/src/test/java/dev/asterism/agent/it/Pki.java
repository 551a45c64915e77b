package dev.asterism.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A CA made by one product's tool, and certificates that each product signs for its own nodes. Kept
 * for the whole run, as a JVM for each signature would cost more than most tests.
 */
final class Pki {

    private static final Map<String, Pki> MADE = new ConcurrentHashMap<>();

    private final Path folder;
    private final Map<String, Boolean> signed = new ConcurrentHashMap<>();

    private Pki(Product maker) {
        try {
            folder = Files.createTempDirectory("asterism-it-pki-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        folder.toFile().deleteOnExit();
        maker.makeCa(folder);
        forgetAtExit("ca");
    }

    static Pki madeBy(Product maker) {
        return MADE.computeIfAbsent(maker.label(), _ -> new Pki(maker));
    }

    Path folder() {
        return folder;
    }

    /** Name of a certificate and key in the folder, of {@code address}/24 with the given groups. */
    String issue(Product owner, String host, String address, String groups) {
        String name = host + "-" + address + "-" + owner.label() + "-" + groups.replace(',', '-');
        signed.computeIfAbsent(
                name,
                _ -> {
                    owner.sign(folder, name, address + "/24", groups);
                    forgetAtExit(name);
                    return true;
                });
        return name;
    }

    /** As {@link #issue}, for one of ours that also routes for another network. */
    String issueRouting(String host, String address, String network) {
        String name = host + "-" + address + "-routes";
        signed.computeIfAbsent(
                name,
                _ -> {
                    Ours.AGENT.signRouting(folder, name, address + "/24", network);
                    forgetAtExit(name);
                    return true;
                });
        return name;
    }

    private void forgetAtExit(String name) {
        folder.resolve(name + ".crt").toFile().deleteOnExit();
        folder.resolve(name + ".key").toFile().deleteOnExit();
    }
}
