package dev.asterism.tun.aead;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringTokenizer;
import java.util.TreeSet;

/**
 * What the CPU can do.
 *
 * @param library bits of {@code imb_get_feature_flags}
 * @param kernel the names in {@code /proc/cpuinfo}
 */
record CpuFeatures(long library, TreeSet<String> kernel) {

    private static final int FIRST_CPU_BYTES = 8192;
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    /** Of the first CPU; empty when the kernel does not tell, so that nothing is tried. */
    static TreeSet<String> fromKernel() {
        TreeSet<String> flags = new TreeSet<>();
        try (InputStream in = Files.newInputStream(CPU_INFO)) {
            // The kernel would make up the whole list of CPUs for a reader who wants it all.
            String text = new String(in.readNBytes(FIRST_CPU_BYTES), StandardCharsets.US_ASCII);
            int line = text.indexOf("\nflags");
            int end = line < 0 ? -1 : text.indexOf('\n', line + 1);
            if (end > 0) {
                StringTokenizer words = new StringTokenizer(text.substring(line + 1, end));
                while (words.hasMoreTokens()) {
                    flags.add(words.nextToken());
                }
            }
        } catch (IOException e) {
            flags.clear();
        }
        return flags;
    }
}
