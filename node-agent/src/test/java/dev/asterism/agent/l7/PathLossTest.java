package dev.asterism.agent.l7;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PathLossTest {

    @Test
    void aPathAroundTheBoundDoesNotChangeSidesAllTheTime() {
        List<Boolean> lossy = new ArrayList<>();
        double shown = 0;
        for (double measured :
                new double[] {0.04, 0.06, 0.04, 0.051, 0.03, 0.049, 0.02, 0.01, 0.04}) {
            shown = PathLoss.steady(shown, measured);
            lossy.add(shown >= 0.05);
        }

        assertThat(lossy).containsExactly(false, true, true, true, true, true, true, false, false);
    }

    @Test
    void moreLossIsShownAsItIs() {
        assertThat(PathLoss.steady(0.05, 0.3)).isEqualTo(0.3);
        assertThat(PathLoss.steady(0, 0.049)).isEqualTo(0.049);
    }
}
