package dev.asterism.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/** An input that broke a target, as a file and for the reader of a report. */
final class FuzzFailure {

    private static final int SHOWN_BYTES = 2_000;

    private final FuzzTarget target;
    private final byte[] input;
    private final Path file;

    private FuzzFailure(FuzzTarget target, byte[] input, Path file) {
        this.target = target;
        this.input = input;
        this.file = file;
    }

    static FuzzFailure keep(FuzzTarget target, byte[] input) {
        Path folder = Path.of("target", "fuzz", target.name());
        Path file = folder.resolve(Integer.toHexString(Arrays.hashCode(input)));
        try {
            Files.createDirectories(folder);
            Files.write(file, input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new FuzzFailure(target, input, file);
    }

    @Override
    public String toString() {
        byte[] shown = Arrays.copyOf(input, Math.min(input.length, SHOWN_BYTES));
        return "%d bytes: %s%nas text: %s%nkept as %s; moved to src/test/resources/fuzz/%s it is tried in every run"
                .formatted(
                        input.length,
                        HexFormat.of().formatHex(shown),
                        new String(shown, StandardCharsets.ISO_8859_1)
                                .replaceAll("[^\\x20-\\x7e\\n]", "."),
                        file.toAbsolutePath(),
                        target.name());
    }
}
