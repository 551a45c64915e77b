package dev.asterism.l7.interop;

import java.nio.file.Path;
import java.util.List;

/** The scripts of this project that fetch other people's programs. */
final class Scripts {

    /** Who has to wait longer for the network goes without. */
    private static final String SECONDS = "50";

    private Scripts() {}

    /** What the script says in its last line; empty, and loudly so, when it cannot get what it is for. */
    static String run(String name) {
        Path script = Path.of("..", "scripts", name);
        Programs.Result result = Programs.run(List.of("timeout", SECONDS, script.toString()));
        String last = result.text().strip().lines().reduce("", (_, line) -> line);
        if (result.exit() != 0) {
            System.err.println("SKIPPED: " + (last.isEmpty() ? name + " took too long" : last));
            return "";
        }
        return last;
    }
}
