package dev.asterism.l7.route;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.match.RequestView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A {@link SplitSpec} compiled: which way a request goes. Immutable; makes no objects.
 *
 * <p>A sticky request is asked for each branch from the last to the second whether its point in 0..9999 for that
 * branch is under the branch's share of what is left; who is taken by none goes to the first. A larger weight raises
 * one limit, so it adds users to its branch and takes none away. Points depend on the client's key and the pool's
 * name only: all agents and all services agree on them.
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

    private Split(SplitSpec spec, FieldNames names) {
        this.spec = spec;
        int count = spec.branches().size();
        limits = new int[count];
        salts = new long[count];
        long sum = 0;
        for (int i = 0; i < count; i++) {
            BranchSpec branch = spec.branches().get(i);
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
        return new Split(spec, names);
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
        return key == StickyKey.NONE ? byDraw(draw) : byKey(key);
    }

    /** Whether such a request goes the same way whatever is drawn: there is one way, or it has a key. */
    public boolean isCertain(RequestView view) {
        return branches.size() == 1 || sticky.of(view) != StickyKey.NONE;
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
}
