package dev.asterism.agent.l7;

import dev.asterism.agent.state.RolloutFile;
import dev.asterism.l7.config.PolicyText;
import dev.asterism.l7.rollout.RolloutSpec;
import dev.asterism.l7.rollout.RolloutState;
import dev.asterism.l7.rollout.RolloutState.Phase;
import dev.asterism.l7.runtime.RolloutChange;
import dev.asterism.l7.runtime.RolloutKeeper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** Tells of roll-outs in the log, and keeps in a file how far they are. Its thread writes, as a disk may be slow. */
final class FilterRollouts implements RolloutKeeper, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");
    private static final int MILLION = 1_000_000;

    private final @Nullable RolloutFile file;
    private final ExecutorService writing =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("l7-rollouts").factory());

    /** @param file null: nothing is kept over a restart */
    FilterRollouts(@Nullable RolloutFile file) {
        this.file = file;
    }

    @Override
    public Map<String, RolloutState> saved() {
        Map<String, RolloutState> states = new LinkedHashMap<>();
        if (file == null) {
            return states;
        }
        try {
            for (RolloutFile.Entry entry : file.read()) {
                states.put(
                        entry.key(),
                        new RolloutState(
                                Phase.valueOf(entry.phase().toUpperCase(Locale.ROOT)),
                                entry.step(),
                                entry.sinceMillis(),
                                entry.reason()));
            }
        } catch (IOException e) {
            warn("State file is unusable; roll-outs begin with their first step", file, e);
        }
        return states;
    }

    @Override
    public void changed(RolloutChange change, Map<String, RolloutState> all) {
        tell(change);
        RolloutFile to = file;
        if (to != null) {
            List<RolloutFile.Entry> entries =
                    all.entrySet().stream().map(FilterRollouts::entry).toList();
            writing.execute(() -> write(to, entries));
        }
    }

    private static RolloutFile.Entry entry(Map.Entry<String, RolloutState> one) {
        RolloutState state = one.getValue();
        return new RolloutFile.Entry(
                one.getKey(),
                state.phase().word(),
                state.step(),
                state.sinceMillis(),
                state.reason());
    }

    private static void write(RolloutFile to, List<RolloutFile.Entry> entries) {
        try {
            to.write(entries);
        } catch (IOException e) {
            warn("State file could not be written", to, e);
        }
    }

    private static void warn(String what, RolloutFile file, IOException e) {
        LOG.atWarn()
                .setMessage(what)
                .addKeyValue("path", file.path())
                .addKeyValue("error", e.getMessage())
                .log();
    }

    private static void tell(RolloutChange change) {
        RolloutSpec spec = change.spec();
        RolloutState state = change.state();
        boolean stopped = state.phase() == Phase.STOPPED;
        LoggingEventBuilder line =
                LOG.atLevel(stopped ? Level.WARN : Level.INFO)
                        .setMessage(message(state))
                        .addKeyValue("service", change.service())
                        .addKeyValue("route", change.route())
                        .addKeyValue("pool", spec.pool())
                        .addKeyValue("step", state.step() + 1)
                        .addKeyValue("steps", spec.steps().size())
                        .addKeyValue(
                                "share",
                                stopped ? "0%" : PolicyText.share(spec.steps().get(state.step())))
                        .addKeyValue("requests", change.figures().requests())
                        .addKeyValue(
                                "success",
                                String.format(
                                        Locale.ROOT, "%.2f%%", 100 * change.figures().success()))
                        .addKeyValue("p99Ms", change.figures().p99Nanos() / MILLION)
                        .addKeyValue("source", spec.source());
        (stopped ? line.addKeyValue("reason", state.reason()) : line).log();
    }

    private static String message(RolloutState state) {
        return switch (state.phase()) {
            case RUNNING -> "L7 filter: a step of a roll-out has begun";
            case STOPPED -> "L7 filter: a roll-out has stopped, its pool gets no requests";
            case DONE -> "L7 filter: a roll-out is done";
        };
    }

    /** What is to be written is written, but a disk is not waited for long. */
    @Override
    public void close() {
        writing.shutdown();
        try {
            boolean _ = writing.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
