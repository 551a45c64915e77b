package dev.asterism.agent.client;

import dev.asterism.agent.config.ConfigFiles;
import dev.asterism.agent.l7.AccessLogWriter;
import dev.asterism.agent.l7.FilterSettings;
import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.config.SectionOutcome;
import dev.asterism.overlay.config.Strictness;
import java.io.PrintStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code asterism l7 check FILE} and {@code asterism l7 defaults [FILE]}: the section {@code l7} of a file or folder,
 * looked at by itself. No agent is asked, and neither certificates nor keys are read.
 */
final class FilterFileVerbs {

    private final PrintStream out;
    private final PrintStream err;

    FilterFileVerbs(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Tells what is wrong; {@link ExitCode#NO} when a configuration with it would be refused. */
    int check(Path file) {
        SectionOutcome<FilterSettings> outcome = read(file);
        FilterConfig config = outcome.value().config();
        if (!tell(outcome)) {
            return ExitCode.NO;
        }
        if (config == null) {
            err.print("asterism: " + file + " has no section l7\n");
            return ExitCode.NO;
        }
        tellOfLog(config);
        long inbound =
                config.services().stream()
                        .filter(service -> service.direction() == ServiceSide.INBOUND)
                        .count();
        long routes =
                config.services().stream().mapToLong(service -> service.routes().size()).sum();
        out.print(
                "l7 ok: %s, serves %d, calls %d, %d routes, hash %s\n"
                        .formatted(
                                config.enabled() ? "enabled" : "not enabled",
                                inbound,
                                config.services().size() - inbound,
                                routes,
                                config.hash()));
        return ExitCode.OK;
    }

    /** A relative path is below what only the agent knows. */
    private void tellOfLog(FilterConfig config) {
        Path place = AccessLogWriter.place(config.log().file(), System.getenv("LOGS_DIRECTORY"));
        String doubt = place == null || !place.isAbsolute() ? null : AccessLogWriter.doubt(place);
        if (doubt != null) {
            err.print("warning: l7.log.access: on this machine " + doubt + "\n");
        }
    }

    /** Prints the section with every value in force. */
    int defaults(Path file) {
        SectionOutcome<FilterSettings> outcome = read(file);
        return tell(outcome) ? print(outcome.value().config()) : ExitCode.NO;
    }

    /** Of the shortest file there is. */
    int defaults() {
        return print(ConfigFiles.filterOf("l7: {enabled: true}").value().config());
    }

    private int print(@Nullable FilterConfig config) {
        if (config == null) {
            return defaults();
        }
        out.print(config.text());
        return ExitCode.OK;
    }

    private static SectionOutcome<FilterSettings> read(Path file) {
        return ConfigFiles.filter(file, Strictness.REFUSE);
    }

    private boolean tell(SectionOutcome<FilterSettings> outcome) {
        for (Diagnostic notice : outcome.notices()) {
            err.print("warning: " + notice + "\n");
        }
        for (Diagnostic problem : outcome.problems()) {
            err.print("error: " + problem + "\n");
        }
        return outcome.problems().isEmpty();
    }
}
