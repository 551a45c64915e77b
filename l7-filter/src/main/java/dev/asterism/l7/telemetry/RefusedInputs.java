package dev.asterism.l7.telemetry;

import dev.asterism.l7.proxy.InputReport;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Input that the protocol refused, on one loop. All of it is counted; of a flood few lines go to the access log, and
 * the next one says how many were left out. Its methods are the loop's; {@link #all} may be read by any thread.
 */
final class RefusedInputs {

    /** In a second, so that a client that sends garbage does not fill the disk. */
    static final int MOST_LINES = 10;

    private static final int MOST_SERIES = 500;

    /** The labels of one series. */
    record Key(String dir, String service, String peer, String why) {

        private Key coarse() {
            return new Key(dir, service, BoundedLabels.OTHER, why);
        }

        List<String> labels() {
            return List.of(dir, service, peer, why);
        }
    }

    private final SeriesTable<Key, LoopMetrics.Counter<Key>> series =
            new SeriesTable<>(
                    MOST_SERIES, UnaryOperator.identity(), Key::coarse, LoopMetrics.Counter::new);

    private final LineBudget budget = new LineBudget(MOST_LINES);
    private final AccessLog log;

    RefusedInputs(AccessLog log) {
        this.log = log;
    }

    void add(InputReport input, String peer) {
        String dir = RequestLabels.word(input.direction());
        series.of(new Key(dir, input.service(), peer, input.why().word())).increment();
        if (!log.isOn()) {
            return;
        }
        long leftOut = budget.take(input.nanos());
        if (leftOut != LineBudget.LEFT_OUT) {
            log.add(input, leftOut);
        }
    }

    List<LoopMetrics.Counter<Key>> all() {
        return series.all();
    }
}
