package dev.asterism.agent.config;

import org.jspecify.annotations.Nullable;

/**
 * Whether the heap carries a connection tracking table of the size asked for. Entries are made as
 * flows come, so one that is too large would end the process under load and not at its start.
 */
final class HeapLimit {

    static final String KEY = "asterism.conntrack.max_entries";

    /** With its part of the look-up table. */
    private static final long ENTRY_BYTES = 96;

    private HeapLimit() {}

    /** Three eighths: the rest is for tunnels, for what a growing stripe holds twice, and for the collector. */
    static long mostEntries(long heapBytes) {
        return heapBytes / 8 * 3 / ENTRY_BYTES;
    }

    /** Null when it does. */
    static @Nullable String problem(int entries, long heapBytes) {
        if (entries <= mostEntries(heapBytes)) {
            return null;
        }
        return "%d entries take up to %d MiB, and this process has %d MiB of heap for everything"
                .formatted(entries, ENTRY_BYTES * entries >> 20, heapBytes >> 20);
    }

    static String hint(long heapBytes) {
        return "at most %d here; for more, raise -Xmx in bin/asterism"
                .formatted(mostEntries(heapBytes));
    }
}
