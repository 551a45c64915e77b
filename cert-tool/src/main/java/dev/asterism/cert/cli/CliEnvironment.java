package dev.asterism.cert.cli;

import dev.asterism.overlay.io.RandomSource;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;

/**
 * What a call of the tool sees of the world.
 *
 * @param directory relative paths start here
 * @param clock its zone is the one times are printed in
 */
record CliEnvironment(
        Path directory,
        InputStream in,
        PrintStream out,
        PrintStream err,
        Clock clock,
        RandomSource random,
        PassphraseSource passphrases) {}
