package dev.asterism.cert.cli;

import dev.asterism.overlay.text.NearestWord;
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

                          Modes, as nebula-cert has them:
                            ca <flags>: makes a certificate authority that signs itself
                            keygen <flags>: makes a key pair; 'sign -in-pub' takes its public key
                            sign <flags>: makes and signs a host certificate
                            print <flags>: shows what certificates say
                            verify <flags>: checks validity and signature against trusted authorities
                            bundle delegate|sign|print|verify <flags>: lists of revoked certificates, signed

                          Modes of our own:
                            issue <flags>: makes or renews the certificates of all hosts of an inventory
                            renew <flags>: issues a host's certificate again with a later end
                            csr <flags>: makes a key and a request for 'sign -csr'; the key stays here
                            list <flags>: lists the certificates that were issued
                            expiring <flags>: lists those that end soon; exit 1 when any does
                            revoke <flags>: blocks certificates: makes the list that nodes reload
                            audit <flags>: checks the record of what was issued
                            rotate plan|trust|issue|retire <flags>: changes to another authority in steps
                            invite <flags>: makes a token with which one host gets one certificate
                            serve <flags>: gives certificates to hosts that have a token, over HTTPS
                            completion bash|zsh|fish: prints a completion script
                            help <mode>: shows the flags of a mode

                          Flags of a mode: \
                        """
                        + CertTool.NAME
                        + " <mode> -h\n");
    }

    /** What to say to somebody who misspelt a mode. */
    static String nearestMode(String name) {
        String nearest = NearestWord.of(name, ModeTable.NAMES);
        String word = nearest.isEmpty() ? NearestWord.of(name, ModeTable.firstWords()) : nearest;
        return word.isEmpty() ? "" : "did you mean " + word + "?";
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
