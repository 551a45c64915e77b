package dev.asterism.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Two CAs of one curve, one of each version, in one {@code ca.crt}, and hosts with certificates of
 * either or both. Kept for the whole run.
 */
final class VersionedPki {

    private static final Map<String, VersionedPki> MADE = new ConcurrentHashMap<>();

    private final Product tool;
    private final String curve;
    private final Path folder;
    private final Map<String, Boolean> signed = new ConcurrentHashMap<>();

    private VersionedPki(Product tool, String curve) {
        this.tool = tool;
        this.curve = curve;
        try {
            folder = Files.createTempDirectory("asterism-it-versions-");
            folder.toFile().deleteOnExit();
            String bundle = "";
            for (String version : new String[] {"1", "2"}) {
                tool.certTool(
                        ("ca -version %2$s -curve %3$s -name it%2$s -duration 48h"
                                        + " -out-crt %1$s/ca%2$s.crt -out-key %1$s/ca%2$s.key")
                                .formatted(folder, version, curve));
                bundle += read("ca" + version + ".crt");
                forgetAtExit("ca" + version);
            }
            write("ca.crt", bundle);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param tool whose tool makes all of it
     * @param curve {@code 25519} or {@code P256}
     */
    static VersionedPki of(Product tool, String curve) {
        return MADE.computeIfAbsent(tool.label() + curve, _ -> new VersionedPki(tool, curve));
    }

    Path folder() {
        return folder;
    }

    /**
     * Name of a file with certificates and of one with their key.
     *
     * @param versions {@code 1}, {@code 2} or {@code 12}
     * @param networks with commas between them; that of version 1 has the first one only
     */
    String issue(String versions, String networks, String groups) {
        String name = "node-v" + versions + "-" + networks.replaceAll("[^0-9a-f]+", "-");
        signed.computeIfAbsent(
                name,
                _ -> {
                    sign(name, versions, networks, groups);
                    return true;
                });
        return name;
    }

    /**
     * As above, for one that also routes for other networks.
     *
     * @param unsafeNetworks with commas between them; empty for none
     */
    String issueRouting(String versions, String networks, String groups, String unsafeNetworks) {
        if (unsafeNetworks.isEmpty()) {
            return issue(versions, networks, groups);
        }
        String name =
                "router-v"
                        + versions
                        + "-"
                        + (networks + "-" + unsafeNetworks).replaceAll("[^0-9a-f]+", "-");
        signed.computeIfAbsent(
                name,
                _ -> {
                    sign(name, versions, networks, groups + " -unsafe-networks " + unsafeNetworks);
                    return true;
                });
        return name;
    }

    private void sign(String name, String versions, String networks, String groups) {
        tool.certTool(
                "keygen -curve %3$s -out-key %1$s/%2$s.key -out-pub %1$s/%2$s.pub"
                        .formatted(folder, name, curve));
        String bundle = "";
        for (String version : versions.split("")) {
            String file = name + "." + version;
            tool.certTool(
                    ("sign -version %3$s -ca-crt %1$s/ca%3$s.crt -ca-key %1$s/ca%3$s.key -in-pub %1$s/%2$s.pub"
                                    + " -name %2$s -networks %4$s -groups %5$s -out-crt %1$s/%6$s.crt")
                            .formatted(
                                    folder,
                                    name,
                                    version,
                                    version.equals("1") ? networks.split(",")[0] : networks,
                                    groups,
                                    file));
            bundle += read(file + ".crt");
            forgetAtExit(file);
        }
        write(name + ".crt", bundle);
        forgetAtExit(name);
        folder.resolve(name + ".pub").toFile().deleteOnExit();
    }

    private String read(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String file, String text) {
        try {
            Files.writeString(folder.resolve(file), text);
            folder.resolve(file).toFile().deleteOnExit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void forgetAtExit(String name) {
        folder.resolve(name + ".crt").toFile().deleteOnExit();
        folder.resolve(name + ".key").toFile().deleteOnExit();
    }
}
