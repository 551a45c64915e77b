package dev.asterism.cert.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * One call of every mode, in a folder that is thrown away: what calls load is loaded here, so that
 * the build can keep it in a cache (ADR 0014). Also a check that the program works on this machine.
 */
final class CertTrainingRun {

    private static final List<String> CALLS =
            List.of(
                    "ca -name training -duration 1h -groups a,b -networks 10.0.0.0/8 -unsafe-networks 192.168.0.0/16",
                    "audit -begin",
                    "sign -name a -networks 10.42.0.1/16 -groups a,b -unsafe-networks 192.168.1.0/24 -duration 30m",
                    "keygen -out-key b.key -out-pub b.pub",
                    "sign -name b -ip 10.42.0.2/16 -in-pub b.pub",
                    "verify -ca ca.crt -crt a.crt",
                    "print -path a.crt",
                    "print -json -path b.crt -out-qr b.png",
                    "ca -version 2 -name two -duration 1h -networks fd42::/64 -out-key 2.key -out-crt 2.crt",
                    "sign -ca-key 2.key -ca-crt 2.crt -name c -networks fd42::1/64 -groups a",
                    "verify -ca 2.crt -crt c.crt",
                    "print -path c.crt");

    private CertTrainingRun() {}

    /** The first exit status that is not 0, or 0. */
    static int run() {
        try {
            Path folder = Files.createTempDirectory("asterism-cert-");
            try {
                return run(folder);
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int run(Path folder) {
        CliEnvironment world =
                new CliEnvironment(
                        folder,
                        new ByteArrayInputStream(new byte[0]),
                        new PrintStream(
                                OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                        new PrintStream(System.err, true, StandardCharsets.UTF_8),
                        new LocalClock(),
                        new SecureRandom()::nextBytes,
                        PassphraseSource.NONE);
        for (String call : CALLS) {
            int exit = new CertTool(world).run(call.split(" "));
            if (exit != 0) {
                return exit;
            }
        }
        return 0;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
