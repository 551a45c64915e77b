package dev.asterism.cert.serve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many files this process may have open, of which each connection is one. */
final class OpenFiles {

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern SOFT = Pattern.compile("(?m)^Max open files +(\\d+) ");

    private OpenFiles() {}

    /** So many, but no more than half of all files; the rest is for databases, logs and jars. */
    static int forConnections(int wanted) {
        try {
            return forConnections(wanted, Files.readString(LIMITS, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return wanted; // no system with such limits
        }
    }

    /**
     * @param limits as the kernel prints them
     */
    static int forConnections(int wanted, String limits) {
        Matcher soft = SOFT.matcher(limits);
        return soft.find() ? (int) Math.min(wanted, Long.parseLong(soft.group(1)) / 2) : wanted;
    }
}
