package dev.asterism.overlay.config;

import dev.asterism.overlay.config.OverlayConfig.Stats;
import dev.asterism.overlay.config.OverlayConfig.StatsProtocol;
import dev.asterism.overlay.config.OverlayConfig.StatsType;
import dev.asterism.overlay.net.HostAddr;
import dev.asterism.overlay.text.GoDuration;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code stats}. Only what the chosen type uses is checked, with Nebula's words (behaviour.md 7). */
final class StatsReader {

    /** After the characters that {@code stats} replaces by {@code _}. */
    private static final Pattern PART_OF_A_NAME = Pattern.compile("[A-Za-z0-9_ .=-]*");

    private final Section section;

    private StatsReader(Section section) {
        this.section = section;
    }

    static Stats read(Section section) {
        return new StatsReader(section).read();
    }

    private Stats read() {
        StatsType type = type();
        boolean graphite = type == StatsType.GRAPHITE;
        boolean prometheus = type == StatsType.PROMETHEUS;
        return new Stats(
                type,
                type == StatsType.NONE ? Duration.ZERO : interval(),
                graphite ? host() : null,
                protocol(graphite),
                section.text("prefix"),
                prometheus ? listen() : null,
                prometheus ? path() : section.text("path"),
                prometheus ? namePart("namespace") : section.text("namespace"),
                prometheus ? namePart("subsystem") : section.text("subsystem"),
                section.bool("message_metrics"),
                section.bool("lighthouse_metrics"));
    }

    private StatsType type() {
        String type = section.text("type");
        return switch (type) {
            case "", "none" -> StatsType.NONE;
            case "graphite" -> StatsType.GRAPHITE;
            case "prometheus" -> StatsType.PROMETHEUS;
            default -> {
                problem(
                        "type",
                        "stats.type was not understood: " + type,
                        "write none, prometheus or graphite");
                yield StatsType.NONE;
            }
        };
    }

    private Duration interval() {
        String text = section.text("interval");
        Duration interval = GoDuration.parse(text);
        if (interval != null && !interval.isZero() && !interval.isNegative()) {
            return interval;
        }
        boolean unitMissing = Scalars.number(text) != null && !text.equals("0");
        problem(
                "interval",
                "stats.interval was an invalid duration: " + text,
                unitMissing
                        ? "it has no unit; write " + text + "s"
                        : "write a duration of more than 0, such as 10s");
        return Duration.ofSeconds(10);
    }

    private @Nullable HostAddr host() {
        String text = section.text("host");
        if (text.isEmpty()) {
            problem(
                    "host",
                    "stats.host can not be empty",
                    "write host:port of the Graphite receiver");
            return null;
        }
        return HostPorts.parse(
                text, section.position("host"), section.path("host"), section.problems());
    }

    /**
     * @param used whether it matters what it says
     */
    private StatsProtocol protocol(boolean used) {
        String text = section.text("protocol");
        for (StatsProtocol protocol : StatsProtocol.values()) {
            if (Section.word(protocol).equals(text)) {
                return protocol;
            }
        }
        if (used) {
            problem(
                    "protocol",
                    "error while setting up graphite sink: unknown network " + text,
                    "write one of tcp, tcp4, tcp6, udp, udp4, udp6");
        }
        return StatsProtocol.TCP;
    }

    private @Nullable HostAddr listen() {
        String text = section.text("listen");
        if (text.isEmpty()) {
            problem(
                    "listen",
                    "stats.listen should not be empty",
                    "write host:port, such as 127.0.0.1:9100");
            return null;
        }
        return HostPorts.parseListen(
                text, section.position("listen"), section.path("listen"), section.problems());
    }

    private String path() {
        String text = section.text("path");
        if (text.isEmpty()) {
            problem("path", "stats.path should not be empty", "write /metrics");
        } else if (!text.startsWith("/")) {
            problem("path", "`%s` does not begin with a slash".formatted(text), "write /" + text);
        }
        return text;
    }

    private String namePart(String key) {
        String text = section.text(key);
        if (!PART_OF_A_NAME.matcher(text).matches()) {
            problem(
                    key,
                    "`%s` cannot be a part of a metric's name".formatted(text),
                    "use letters without accents, digits and _");
        }
        return text;
    }

    private void problem(String key, String message, String hint) {
        section.problems().error(section.position(key), section.path(key), message, hint);
    }
}
