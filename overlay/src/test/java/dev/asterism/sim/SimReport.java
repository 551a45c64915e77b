package dev.asterism.sim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes what a failed simulation leaves behind: {@code target/sim/NAME.mmd} and {@code .pcap}. */
final class SimReport {

    private static final Path DIRECTORY = Path.of("target", "sim");
    private static final int TAIL_ROWS = 15;

    private final long seed;
    private final SimClock clock;
    private final FlowRecorder recorder;
    private String name;

    SimReport(long seed, SimClock clock, FlowRecorder recorder) {
        this.seed = seed;
        this.clock = clock;
        this.recorder = recorder;
        name = "mesh-seed-" + seed;
    }

    void named(String scenario) {
        name = scenario.replaceAll("[^A-Za-z0-9._-]", "_") + "-seed-" + seed;
    }

    SimFailure failure(Throwable cause) {
        String message =
                """
                %s
                seed %d (replay with -Dsim.seed=%d), at %s s of virtual time
                %s
                last of what happened:
                %s"""
                        .formatted(
                                cause.getMessage() == null ? cause : cause.getMessage(),
                                seed,
                                seed,
                                FlowRecorder.seconds(clock.elapsed().toNanos()),
                                written(),
                                recorder.tail(TAIL_ROWS));
        return new SimFailure(message, cause);
    }

    private String written() {
        Path diagram = DIRECTORY.resolve(name + ".mmd");
        Path capture = DIRECTORY.resolve(name + ".pcap");
        try {
            Files.createDirectories(DIRECTORY);
            Files.writeString(diagram, recorder.mermaid());
            Files.write(capture, recorder.pcap());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + DIRECTORY.toAbsolutePath(), e);
        }
        return "diagram " + diagram.toAbsolutePath() + ", capture " + capture.toAbsolutePath();
    }
}
