package dev.asterism.tun.aead;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the CPU can do.
 *
 * @param library bits of {@code imb_get_feature_flags}
 * @param kernel the names in {@code /proc/cpuinfo}
 */
record CpuFeatures(long library, TreeSet<String> kernel) {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    /** Empty when the kernel does not tell, so that nothing is tried. */
    static TreeSet<String> fromKernel() {
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            String flags = lines.filter(line -> line.startsWith("flags")).findFirst().orElse("");
            return new TreeSet<>(List.of(flags.split("[\\s:]+", -1)));
        } catch (IOException | java.io.UncheckedIOException e) {
            return new TreeSet<>();
        }
    }
}
