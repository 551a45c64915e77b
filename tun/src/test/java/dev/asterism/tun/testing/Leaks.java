package dev.asterism.tun.testing;

import java.io.File;

/** Counts what a test may have left open. */
public final class Leaks {

    private Leaks() {}

    /** Open descriptors of this process. */
    public static int descriptors() {
        String[] names = new File("/proc/self/fd").list();
        if (names == null) {
            throw new IllegalStateException("no /proc");
        }
        return names.length;
    }

    /** Live platform threads whose name begins so. */
    public static long threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .count();
    }
}
