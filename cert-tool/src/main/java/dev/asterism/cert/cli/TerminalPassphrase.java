package dev.asterism.cert.cli;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The passphrase of the process: its environment, or its terminal. */
final class TerminalPassphrase implements PassphraseSource {

    static final String VARIABLE = "NEBULA_CA_PASSPHRASE";

    private static final int LONGEST = 4096;

    @Override
    public String fromEnvironment() {
        String value = System.getenv(VARIABLE);
        return value == null ? "" : value;
    }

    @Override
    @SuppressWarnings("SystemConsoleNull") // annotated as if it could be null
    public char @Nullable [] fromTerminal() {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            return null;
        }
        char[] line = console.readPassword();
        return line == null ? new char[0] : line;
    }

    @Override
    public byte[] fromDescriptor(int descriptor) throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(Path.of("/dev/fd/" + descriptor))) {
            content = in.readNBytes(LONGEST);
        }
        int end = 0;
        while (end < content.length && content[end] != '\n' && content[end] != '\r') {
            end++;
        }
        byte[] line = Arrays.copyOf(content, end);
        Arrays.fill(content, (byte) 0);
        return line;
    }
}
