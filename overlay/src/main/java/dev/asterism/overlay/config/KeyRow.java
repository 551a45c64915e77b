package dev.asterism.overlay.config;

import java.util.Arrays;
import java.util.List;

/**
 * One row of {@link KnownKeys}.
 *
 * @param path dotted, with {@code []} and {@code *}
 * @param since first version of Nebula that read it, or the versions that did; {@code own} for keys of Asterism
 * @param reloads true when a change takes effect without a restart
 * @param byDefault as people write it; may be empty
 * @param harmless further texts of values that change nothing, when the key has no effect here
 * @param switchedBy path of the key that switches this one on; empty for none
 * @param note a sentence without a full stop; may be empty
 */
record KeyRow(
        String path,
        Status status,
        String since,
        boolean reloads,
        String byDefault,
        List<String> harmless,
        String switchedBy,
        String note) {

    enum Status {
        SUPPORTED,
        NOT_YET,
        /** Read by older versions of Nebula; ignoring it is safe. */
        GONE,
        /** Read by older versions of Nebula; without it the file does less than it says. */
        GONE_IN_DOUBT
    }

    static KeyRow supported(String[] columns) {
        return new KeyRow(
                columns[0],
                Status.SUPPORTED,
                columns[1],
                columns[2].equals("reload"),
                columns[3],
                List.of(),
                "",
                columns[4]);
    }

    static KeyRow notYet(String[] columns) {
        List<String> harmless =
                columns[3].isEmpty() ? List.of() : Arrays.asList(columns[3].split(" ", -1));
        return new KeyRow(
                columns[0],
                Status.NOT_YET,
                columns[1],
                false,
                columns[2],
                harmless,
                columns[4],
                "");
    }

    static KeyRow gone(String[] columns) {
        return new KeyRow(
                columns[0],
                columns[2].equals("doubt") ? Status.GONE_IN_DOUBT : Status.GONE,
                columns[1],
                false,
                "",
                List.of(),
                "",
                columns[3]);
    }
}
