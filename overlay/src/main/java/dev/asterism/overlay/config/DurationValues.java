package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import dev.asterism.overlay.text.GoDuration;
import java.time.Duration;

/** Reads durations of a {@link Section}, in Go's form, as Nebula reads them. */
final class DurationValues {

    private DurationValues() {}

    static Duration notNegative(Section section, String key) {
        Duration value = any(section, key);
        if (value.isNegative()) {
            String message = "`%s` is negative".formatted(section.text(key));
            section.doubt(key, message, "", "0s is used");
            return Duration.ZERO;
        }
        return value;
    }

    static Duration any(Section section, String key) {
        Duration byDefault = section.row(key).durationByDefault();
        String used = GoDuration.text(byDefault);
        ScalarNode scalar = section.scalar(key, used);
        if (scalar == null) {
            return byDefault;
        }
        Duration value = GoDuration.parse(scalar.canonical());
        if (value == null) {
            section.doubt(key, notDuration(scalar), missingUnit(scalar), used + " is used");
            return byDefault;
        }
        return value;
    }

    static Duration orRefused(Section section, String key) {
        ConfigNode node = section.node(key);
        if (node instanceof ScalarNode scalar) {
            if (GoDuration.parse(scalar.canonical()) != null) {
                return notNegative(section, key);
            }
            section.problems()
                    .error(
                            scalar.position(),
                            section.path(key),
                            notDuration(scalar),
                            missingUnit(scalar));
        } else if (node != null) {
            section.error(key, section.notSingle(key, node));
        }
        return section.row(key).durationByDefault();
    }

    private static String notDuration(ScalarNode scalar) {
        return "`%s` is not a duration such as 10s, 1h30m or 250ms".formatted(scalar.text());
    }

    private static String missingUnit(ScalarNode scalar) {
        boolean unitMissing = Scalars.number(scalar.canonical()) != null;
        return unitMissing ? "it has no unit; write " + scalar.text() + "s" : "";
    }
}
