package dev.asterism.agent.it;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** Echo requests inside the overlay. */
final class Ping {

    private static final Pattern TIME = Pattern.compile("time=([0-9.]+) ms");

    private Ping() {}

    /** Milliseconds of the round trip; fails when there is no answer within the seconds given. */
    static double once(NamespaceNode from, String target, int seconds) {
        if (Shell.find("ping") == null) {
            System.err.println("SKIPPED: no ping(8)");
            Assumptions.abort("no ping(8)");
        }
        Shell.Result result =
                from.host().run("ping", "-n", "-c", "1", "-W", Integer.toString(seconds), target);
        Matcher time = TIME.matcher(result.output());
        if (result.exit() != 0 || !time.find()) {
            throw new AssertionError("no answer from " + target + ": " + result.output());
        }
        return Double.parseDouble(time.group(1));
    }

    /** Whether there is an answer within that time to any of many requests. */
    static boolean answers(NamespaceNode from, NamespaceNode to, Duration most) {
        String seconds = Long.toString(most.toSeconds());
        // With -w, -c counts answers.
        return from.host()
                        .run(
                                "ping",
                                "-n",
                                "-q",
                                "-i",
                                "0.1",
                                "-c",
                                "1",
                                "-w",
                                seconds,
                                to.overlay())
                        .exit()
                == 0;
    }
}
