package dev.asterism.agent.l7;

import dev.asterism.l7.telemetry.LoopFailures;
import java.util.function.Consumer;

/**
 * Who hears of loops that fail.
 *
 * @param failures are counted there
 * @param ended is told, on a thread that it must not keep, of the filter of which a loop is no more
 */
record LoopOwner(LoopFailures failures, Consumer<RunningFilter> ended) {}
