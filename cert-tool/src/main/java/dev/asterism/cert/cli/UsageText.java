package dev.asterism.cert.cli;

import java.io.PrintStream;
import java.util.Comparator;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

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

    static void of(CommandSpec spec, PrintStream out) {
        out.print("Usage of " + CertTool.NAME + " " + spec.name() + " <flags>: ");
        out.print(String.join(" ", spec.usageMessage().description()) + "\n");
        out.print("  Pass \"-\" to any path flag to read from stdin or write to stdout.\n");
        spec.options().stream()
                .filter(option -> !option.hidden())
                .sorted(Comparator.comparing(option -> option.names()[0]))
                .forEach(option -> print(option, out));
    }

    private static void print(OptionSpec option, PrintStream out) {
        String type = type(option);
        out.print("  " + option.names()[0] + (type.isEmpty() ? "" : " " + type) + "\n");
        out.print("    \t" + String.join(" ", option.description()) + initial(option) + "\n");
    }

    private static String type(OptionSpec option) {
        Class<?> type = option.type();
        if (type == boolean.class) {
            return "";
        }
        return type == String.class ? "string" : type == GoDuration.class ? "duration" : "uint";
    }

    private static String initial(OptionSpec option) {
        return switch (option.initialValue()) {
            case String text when !text.isEmpty() -> " (default \"" + text + "\")";
            case Long number when number != 0 -> " (default " + number + ")";
            case GoDuration duration when duration.isPositive() -> " (default " + duration + ")";
            case null, default -> "";
        };
    }
}
