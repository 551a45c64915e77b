package dev.asterism.cert.cli;

import java.util.List;

/** {@code help}: what the tool or one mode can do, on stdout. */
final class HelpMode extends Mode {

    HelpMode(CliEnvironment world) {
        super(world, "help", "shows the modes, or the flags of a mode: help MODE");
    }

    @Override
    void runWith(List<String> words) throws ToolException, BadFlag {
        if (words.isEmpty()) {
            UsageText.global(world.out());
            return;
        }
        String name = String.join(" ", words);
        Mode mode = ModeTable.create(name, world);
        if (mode == null) {
            throw new BadFlag("unknown mode: " + name, UsageText.nearestMode(name));
        }
        UsageText.of(mode.name(), mode.description(), mode.flags(), world.out());
    }

    @Override
    void run() {
        UsageText.global(world.out());
    }
}
