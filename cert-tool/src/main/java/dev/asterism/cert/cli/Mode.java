package dev.asterism.cert.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One mode of the tool; its fields are its flags. */
abstract class Mode implements Callable<Integer> {

    @Option(
            names = {"-h", "--h", "-help", "--help"},
            hidden = true)
    private boolean helpWanted;

    /** Parsing stops at the first word that is no flag; nothing reads the rest. */
    @Parameters(hidden = true)
    private List<String> ignored = new ArrayList<>();

    @Spec private CommandSpec spec = CommandSpec.create();

    protected final Surroundings world;
    protected final FilePort files;

    Mode(Surroundings world) {
        this.world = world;
        this.files = new FilePort(world);
    }

    @Override
    public final Integer call() throws ToolException {
        if (helpWanted) {
            UsageText.of(spec, world.err());
        } else {
            run();
        }
        return 0;
    }

    abstract void run() throws ToolException;

    static void refuseForNow(boolean given, String what) throws ToolException {
        if (given) {
            throw new ToolException(what + " is not supported yet");
        }
    }
}
