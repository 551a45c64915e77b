package dev.asterism.agent.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the control socket is. */
public final class SocketPlace {

    /** Value of {@code asterism.control.path} that stands for the usual place. */
    public static final String USUAL = "auto";

    public static final Path FOLDER = Path.of("/run/asterism");

    private SocketPlace() {}

    /**
     * Null when the socket is switched off, or the usual folder cannot be made or written to.
     *
     * @param configured {@code asterism.control.path}
     * @param device {@code tun.dev}, may be empty
     * @param config the file or folder the agent was started with
     * @param ofSystemd the variable RUNTIME_DIRECTORY, in which several are separated by colons
     */
    public static @Nullable Path find(
            String configured, String device, Path config, @Nullable String ofSystemd) {
        if (!configured.equals(USUAL)) {
            return configured.isEmpty() ? null : Path.of(configured);
        }
        Path folder =
                ofSystemd == null || ofSystemd.isEmpty()
                        ? FOLDER
                        : Path.of(ofSystemd.split(":", 2)[0]);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            return null;
        }
        return Files.isWritable(folder) ? folder.resolve(name(device, config) + ".sock") : null;
    }

    /** That of the device, or of the configuration. */
    static String name(String device, Path config) {
        if (!device.isEmpty()) {
            return device;
        }
        Path last = config.toAbsolutePath().normalize().getFileName();
        String text = last == null ? "asterism" : last.toString();
        int dot = text.lastIndexOf('.');
        return dot > 0 ? text.substring(0, dot) : text;
    }
}
