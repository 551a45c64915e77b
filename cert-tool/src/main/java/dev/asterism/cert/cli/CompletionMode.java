package dev.asterism.cert.cli;

import java.util.List;

/** {@code completion}: a script for a shell, made of the modes and their flags. */
final class CompletionMode extends Mode {

    private static final List<String> SHELLS = List.of("bash", "zsh", "fish");

    CompletionMode(CliEnvironment world) {
        super(world, "completion", "prints a completion script: completion bash|zsh|fish");
    }

    @Override
    void runWith(List<String> words) throws ToolException, BadFlag {
        String shell = words.size() == 1 ? words.getFirst() : "";
        if (!SHELLS.contains(shell)) {
            throw new BadFlag("name one shell", "bash, zsh or fish;");
        }
        world.out()
                .print(
                        shell.equals("fish")
                                ? CompletionScript.fish(ModeTable.all(world))
                                : CompletionScript.bash(ModeTable.all(world)));
    }

    @Override
    void run() throws ToolException {
        throw new ToolException.Usage("name one shell: bash, zsh or fish");
    }
}
