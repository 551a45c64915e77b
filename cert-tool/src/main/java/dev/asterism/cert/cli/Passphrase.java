package dev.asterism.cert.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Asks for the passphrase of a CA's key as nebula-cert does: the environment first, then five times
 * at the terminal. Before both comes the descriptor that a flag names, which nebula-cert has not.
 */
final class Passphrase {

    private static final int ATTEMPTS = 5;
    private static final int MOST_DIGITS = 6;

    private Passphrase() {}

    /**
     * @param descriptor value of {@code -passphrase-fd}; empty when the passphrase comes from elsewhere
     * @param noTerminal message when nobody can be asked
     * @param none message when nobody answers
     * @return UTF-8, for the caller to wipe
     */
    static byte[] ask(CliEnvironment world, String descriptor, String noTerminal, String none)
            throws ToolException {
        if (!descriptor.isEmpty()) {
            byte[] read = fromDescriptor(world, descriptor);
            if (read.length == 0) {
                throw new ToolException(none);
            }
            return read;
        }
        String given = world.passphrases().fromEnvironment();
        if (!given.isEmpty()) {
            return given.getBytes(StandardCharsets.UTF_8);
        }
        for (int i = 0; i < ATTEMPTS; i++) {
            world.err().print("Enter passphrase: ");
            world.err().flush();
            char[] typed = world.passphrases().fromTerminal();
            if (typed == null) {
                throw new ToolException(noTerminal);
            }
            if (typed.length > 0) {
                return utf8(typed);
            }
        }
        throw new ToolException(none);
    }

    private static byte[] fromDescriptor(CliEnvironment world, String descriptor)
            throws ToolException {
        if (descriptor.length() > MOST_DIGITS
                || !descriptor.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new ToolException.Usage(
                    "-passphrase-fd must be the number of an open descriptor: " + descriptor);
        }
        try {
            return world.passphrases().fromDescriptor(Integer.parseInt(descriptor));
        } catch (IOException e) {
            throw new ToolException(
                    "cannot read the passphrase from descriptor "
                            + descriptor
                            + ": "
                            + FilePort.reason(e));
        }
    }

    private static byte[] utf8(char[] typed) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(typed));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        encoded.clear();
        while (encoded.hasRemaining()) {
            encoded.put((byte) 0);
        }
        Arrays.fill(typed, '\0');
        return bytes;
    }
}
