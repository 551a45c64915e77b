package dev.asterism.lighthouse.mesh;

import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the seed chooses breaks, one thing after another and several at a time: paths, one direction of a path, large
 * packets, relays, the lighthouse, the NATs' memory, processes, wall clocks. A pair that has a working path, direct or
 * through a living relay that both reach, is not dark for more than 3 s, and no packet is delivered twice.
 *
 * <p>A failure names the seed, the faults, and the fewest of them that still break the claim. {@code
 * -Dsim.fresh=200} tries 200 more seeds.
 */
class WorkingPathSimTest {

    private static final int FAULTS = 40;

    @Seeded({1, 2, 3, 4})
    void isNeverDarkForLong(SimMesh sim) {
        List<ChaosFault> faults = ChaosFault.drawn(sim.random("faults"), FAULTS);
        String problem = problemOf(sim, faults);
        if (problem != null) {
            List<ChaosFault> fewest = fewest(sim.seed(), faults);
            throw new AssertionError(
                    problem
                            + "\nall faults:\n"
                            + listed(faults)
                            + "\nthe fewest that break it, too: "
                            + problemOf(SimMesh.exactly(sim.seed()), fewest)
                            + "\n"
                            + listed(fewest));
        }
    }

    private static @Nullable String problemOf(SimMesh sim, List<ChaosFault> faults) {
        try {
            new ChaosWorld(sim).suffer(faults);
            sim.finish();
            return null;
        } catch (AssertionError | RuntimeException e) {
            return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString())
                    + " at "
                    + sim.clock().elapsed();
        }
    }

    /** Leaves out halves, quarters and so on, then single ones, as long as the claim stays broken. */
    private static List<ChaosFault> fewest(long seed, List<ChaosFault> faults) {
        List<ChaosFault> kept = faults;
        for (int size = kept.size() / 2; size > 0; size /= 2) {
            for (int at = kept.size() - size; at >= 0; at -= size) {
                List<ChaosFault> without = new ArrayList<>(kept);
                without.subList(at, at + size).clear();
                if (problemOf(SimMesh.exactly(seed), without) != null) {
                    kept = without;
                }
            }
        }
        return kept;
    }

    private static String listed(List<ChaosFault> faults) {
        return faults.stream().map(fault -> "  " + fault).collect(Collectors.joining("\n"));
    }
}
