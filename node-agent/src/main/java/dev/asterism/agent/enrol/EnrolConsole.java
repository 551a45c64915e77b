package dev.asterism.agent.enrol;

import dev.asterism.overlay.io.RandomSource;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;

/**
 * What the commands see of the world.
 *
 * @param folder relative paths start here
 */
public record EnrolConsole(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        Path folder,
        Clock clock,
        RandomSource random) {

    public static EnrolConsole ofProcess() {
        SecureRandom random = new SecureRandom();
        return new EnrolConsole(
                System.in,
                System.out,
                System.err,
                System.getenv(),
                Path.of(""),
                Clock.systemUTC(),
                random::nextBytes);
    }
}
