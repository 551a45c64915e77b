package dev.asterism.cert.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** Where the passphrase of a CA's key comes from. */
interface PassphraseSource {

    /** Nobody there: no variable is set, and nobody types. */
    PassphraseSource NONE =
            new PassphraseSource() {
                @Override
                public String fromEnvironment() {
                    return "";
                }

                @Override
                public char @Nullable [] fromTerminal() {
                    return null;
                }

                @Override
                public byte[] fromDescriptor(int descriptor) throws IOException {
                    throw new NoSuchFileException("/dev/fd/" + descriptor);
                }
            };

    /** NEBULA_CA_PASSPHRASE, or empty. */
    String fromEnvironment();

    /** One line typed without echo, for the caller to wipe; null when stdin is no terminal. */
    char @Nullable [] fromTerminal();

    /**
     * All that can be read from this descriptor, up to its first newline, for the caller to wipe.
     *
     * @param descriptor that the caller of the program opened for it
     */
    byte[] fromDescriptor(int descriptor) throws IOException;
}
