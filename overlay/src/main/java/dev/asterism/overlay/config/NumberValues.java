package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.ScalarNode;

/** Reads whole numbers of a {@link Section}, as Nebula reads them. */
final class NumberValues {

    /** Both ends included. */
    record Range(long least, long most) {

        boolean has(long value) {
            return value >= least && value <= most;
        }
    }

    private static final long MOST_UNSIGNED = 0xFFFF_FFFFL;

    private NumberValues() {}

    static long whole(Section section, String key) {
        long byDefault = section.row(key).numberByDefault();
        return whole(section, key, byDefault, String.valueOf(byDefault));
    }

    static long whole(Section section, String key, long byDefault, String used) {
        ScalarNode scalar = section.scalar(key, used);
        if (scalar == null) {
            return byDefault;
        }
        Long value = Scalars.number(scalar.canonical());
        if (value == null) {
            section.doubt(
                    key,
                    "`%s` is not a whole number".formatted(scalar.text()),
                    "",
                    used + " is used");
            return byDefault;
        }
        return value;
    }

    static int nearest(Section section, String key) {
        KeyRow row = section.row(key);
        long value = whole(section, key);
        int used = Math.clamp(value, (int) row.least(), row.most());
        outside(section, key, new Range(row.least(), row.most()), value, used);
        return used;
    }

    static int unsigned(Section section, String key) {
        KeyRow row = section.row(key);
        long value = whole(section, key);
        boolean beyond = value < 0 || value > MOST_UNSIGNED;
        int used = beyond ? (int) row.numberByDefault() : Math.clamp(value, 0, row.most());
        outside(section, key, new Range(0, row.most()), value, used);
        return used;
    }

    static int notNegative(Section section, String key, int most) {
        long value = whole(section, key);
        if (value < 0) {
            section.error(key, "%d is not between 0 and %d".formatted(value, most));
        } else {
            outside(section, key, new Range(0, most), value, most);
        }
        return Math.clamp(value, 0, most);
    }

    static void outside(Section section, String key, Range range, long value, long used) {
        if (!range.has(value)) {
            String message =
                    "%d is not between %d and %d".formatted(value, range.least(), range.most());
            section.doubt(key, message, "", used + " is used");
        }
    }
}
