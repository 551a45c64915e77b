package dev.asterism.cert.cli;

import java.io.PrintStream;

/** Usage in the layout of Go's flag package. */
final class UsageText {

    private UsageText() {}

    static void global(PrintStream out) {
        out.print(
                "Usage of "
                        + CertTool.NAME
                        + """
                         <global flags> <mode>:
                          Global flags:
                            -version: Prints the version
                            -h, -help: Prints this help message

                          Modes:
                            ca <flags>: makes a certificate authority that signs itself
                            keygen <flags>: makes a key pair; 'sign -in-pub' takes its public key
                            sign <flags>: makes and signs a host certificate
                            print <flags>: shows what certificates say
                            verify <flags>: checks validity and signature against trusted authorities

                          Flags of a mode: \
                        """
                        + CertTool.NAME
                        + " <mode> -h\n");
    }

    static void of(String mode, String description, GoFlags flags, PrintStream out) {
        out.print("Usage of " + CertTool.NAME + " " + mode + " <flags>: " + description + "\n");
        out.print("  Pass \"-\" to any path flag to read from stdin or write to stdout.\n");
        for (Flag flag : flags.all()) {
            String type = flag.type();
            out.print("  -" + flag.name() + (type.isEmpty() ? "" : " " + type) + "\n");
            out.print("    \t" + flag.description() + flag.initial() + "\n");
        }
    }
}
