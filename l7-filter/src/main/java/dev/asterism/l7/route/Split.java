package dev.asterism.l7.route;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.match.RequestView;
import dev.asterism.l7.rollout.Rollout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A {@link SplitSpec} compiled: which way a request goes. Immutable; makes no objects.
 *
 * <p>A sticky request is asked for each branch from the last to the second whether its point in 0..9999 for that
 * branch is under the branch's share of what is left; who is taken by none goes to the first. A larger weight raises
 * one limit, so it adds users to its branch and takes none away. Points depend on the client's key and the pool's
 * name only: all agents and all services agree on them. The branch of a roll-out is asked first, with the share of the
 * moment: as that grows it takes users from all others, and gives them back in the same way.
 */
public final class Split {

    /** All weights are 0. */
    public static final int NOWHERE = -1;

    private static final int POINTS = 10_000;

    /** One way, with what changes for requests that take it. */
    public record Branch(String pool, int weight, HeaderChanges request, HeaderChanges response) {}

    private final SplitSpec spec;
    private final List<Branch> branches = new ArrayList<>();
    private final long total;
    private final int[] limits;
    private final long[] salts;
    private final StickyKey sticky;
    private final @Nullable Rollout rollout;

    private Split(SplitSpec spec, FieldNames names, @Nullable Rollout rollout) {
        this.spec = spec;
        this.rollout = rollout;
        List<BranchSpec> all = new ArrayList<>(spec.branches());
        if (rollout != null) {
            all.add(BranchSpec.of(rollout.spec().pool(), 0));
        }
        int count = all.size();
        limits = new int[count];
        salts = new long[count];
        long sum = 0;
        for (int i = 0; i < count; i++) {
            BranchSpec branch = all.get(i);
            sum += branch.weight();
            limits[i] = limit(branch.weight(), sum);
            salts[i] = StickyKey.hash(branch.pool());
            branches.add(
                    new Branch(
                            branch.pool(),
                            branch.weight(),
                            HeaderChanges.of(branch.request(), names),
                            HeaderChanges.of(branch.response(), names)));
        }
        total = sum;
        sticky = new StickyKey(spec.sticky(), names);
    }

    static Split of(SplitSpec spec, FieldNames names) {
        return new Split(spec, names, null);
    }

    /** With a branch more, the last, which has the share of a roll-out. */
    static Split of(SplitSpec spec, FieldNames names, @Nullable Rollout rollout) {
        return new Split(spec, names, rollout);
    }

    private static int limit(int weight, long sum) {
        if (weight == 0 || weight == sum) {
            return weight == 0 ? 0 : POINTS;
        }
        return Math.clamp((2L * POINTS * weight + sum) / (2 * sum), 1, POINTS - 1);
    }

    public List<Branch> branches() {
        return branches;
    }

    public Branch branch(int index) {
        return branches.get(index);
    }

    /**
     * The branch for a request, or {@link #NOWHERE}.
     *
     * @param draw random over 64 bits, for requests without a key
     */
    public int choose(RequestView view, long draw) {
        if (branches.size() == 1) {
            return total > 0 ? 0 : NOWHERE;
        }
        long key = sticky.of(view);
        if (rollout != null) {
            int last = branches.size() - 1;
            long point =
                    key == StickyKey.NONE
                            ? Math.unsignedMultiplyHigh(draw, POINTS)
                            : point(key, salts[last]);
            if (point < rollout.share()) {
                return last;
            }
        }
        // What was drawn is not even any more behind a roll-out.
        long rest = rollout == null ? draw : StickyKey.mixed(draw);
        return key == StickyKey.NONE ? byDraw(rest) : byKey(key);
    }

    /** Whether such a request goes the same way whatever is drawn: there is one way, or it has a key. */
    public boolean isCertain(RequestView view) {
        return branches.size() == 1 || sticky.of(view) != StickyKey.NONE;
    }

    /** The part of the requests that take a branch, in percent. */
    public double percent(int index) {
        double grown = rollout == null ? 0 : rollout.share() / 100.0;
        if (isRollout(index)) {
            return grown;
        }
        return total == 0 ? 0 : (100 - grown) * branches.get(index).weight() / total;
    }

    /** Whether it is the branch of the roll-out. */
    public boolean isRollout(int index) {
        return rollout != null && index == branches.size() - 1;
    }

    /** A branch whose pool has no live endpoint gives its requests to no other. */
    public boolean failsOnEmpty() {
        return spec.onEmpty() == SplitSpec.OnEmpty.FAIL;
    }

    private int byDraw(long draw) {
        long left = Math.unsignedMultiplyHigh(draw, total);
        for (int i = 0; i < branches.size(); i++) {
            left -= branches.get(i).weight();
            if (left < 0) {
                return i;
            }
        }
        return NOWHERE;
    }

    private int byKey(long key) {
        for (int i = limits.length - 1; i >= 0; i--) {
            if (point(key, salts[i]) < limits[i]) {
                return i;
            }
        }
        return NOWHERE;
    }

    private static long point(long key, long salt) {
        return Math.unsignedMultiplyHigh(StickyKey.mixed(key ^ salt), POINTS);
    }

    /**
     * Another branch for one whose pool has no live endpoint: the heaviest that has one. The same again when there is
     * none, or none is wanted; whoever gets another counts it.
     */
    public int orElse(int branch, IntPredicate isLive) {
        if (spec.onEmpty() == SplitSpec.OnEmpty.FAIL) {
            return branch;
        }
        int best = branch;
        int most = 0;
        for (int i = 0; i < branches.size(); i++) {
            int weight = branches.get(i).weight();
            if (i != branch && weight > most && isLive.test(i)) {
                best = i;
                most = weight;
            }
        }
        return best;
    }

    /**
     * Another branch for one whose pool has nobody to ask at the moment: the heaviest whose pool has somebody; if there
     * is none, and the branch's own pool has no live endpoint at all, the heaviest whose pool has one.
     */
    public int orElse(int branch, IntPredicate isWell, IntPredicate isLive) {
        int other = orElse(branch, isWell);
        return other == branch && !isLive.test(branch) ? orElse(branch, isLive) : other;
    }
}
