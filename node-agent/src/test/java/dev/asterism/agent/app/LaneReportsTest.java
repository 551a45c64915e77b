package dev.asterism.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.CommandQueue;
import dev.asterism.overlay.lane.ControlCommand;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaneReportsTest {

    private static final Tick NOW = new Tick(0, Instant.EPOCH);

    private final CommandQueue commands = new CommandQueue(() -> {});
    private final LaneReports reports = new LaneReports(commands);
    private final List<Integer> said = new ArrayList<>();

    @Test
    void leavesTheOperatorsQueueAlone() {
        flood(100_000);

        assertThat(commands.pollOperator()).isNull();
        assertThat(commands.offer(new ControlCommand.Call(_ -> {}))).isTrue();
    }

    @Test
    void fillsASmallPartOfTheLanesQueueAndGoesOnWhenThatIsRead() {
        assertThat(flood(100_000)).isEqualTo(LaneReports.MAX_WAITING);
        assertThat(commands.offer(new ControlCommand.UnderlayChanged())).isTrue();

        work();
        assertThat(said).hasSize(LaneReports.MAX_WAITING);
        assertThat(flood(100_000)).isEqualTo(LaneReports.MAX_WAITING);
    }

    private int flood(int times) {
        int taken = 0;
        for (int i = 0; i < times; i++) {
            int number = i;
            taken += reports.offer(_ -> said.add(number)) ? 1 : 0;
        }
        return taken;
    }

    private void work() {
        for (ControlCommand next = commands.poll(); next != null; next = commands.poll()) {
            ((ControlCommand.LaneReport) next).action().accept(NOW);
        }
    }
}
