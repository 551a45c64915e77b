package dev.asterism.cert.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Flags as picocli's options: without annotations, whose reading takes a tenth of a second (ADR 0014), and in both
 * spellings, {@code -name} and {@code --name}.
 */
final class FlagOptions {

    private static final String[] SHORT_HELP = {"-h", "--h"};
    private static final String[] HELP = {"-h", "--h", "-help", "--help"};

    private FlagOptions() {}

    /** For generators of completions. */
    static CommandSpec specOf(GoFlags flags) {
        CommandSpec spec = CommandSpec.create();
        addTo(spec, flags.byName(), null);
        return spec;
    }

    /**
     * @param reader takes the values; null when nothing is to be read
     */
    static void addTo(
            CommandSpec spec, Map<String, Flag> flags, @Nullable IParameterPreprocessor reader) {
        for (Flag flag : flags.values()) {
            String[] names = {"-" + flag.name(), "--" + flag.name()};
            spec.addOption(option(flag, names, reader));
        }
        String[] names = flags.containsKey("help") ? SHORT_HELP : HELP;
        OptionSpec.Builder help =
                OptionSpec.builder(names)
                        .type(boolean.class)
                        .arity("0")
                        .description("Prints the flags");
        spec.addOption(reader == null ? help.build() : help.preprocessor(reader).build());
    }

    private static OptionSpec option(
            Flag flag, String[] names, @Nullable IParameterPreprocessor reader) {
        boolean isSwitch = flag.type().isEmpty();
        OptionSpec.Builder option =
                OptionSpec.builder(names)
                        .type(isSwitch ? boolean.class : String.class)
                        .arity(isSwitch ? "0" : "1")
                        .paramLabel(flag.type())
                        .description(flag.description() + flag.initial());
        return reader == null ? option.build() : option.preprocessor(reader).build();
    }
}
