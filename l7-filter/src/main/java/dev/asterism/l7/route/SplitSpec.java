package dev.asterism.l7.route;

import java.util.List;

/**
 * Where the requests of a route go.
 *
 * @param branches in the order of the file; one for {@code to}. Empty for a route that answers by itself
 */
public record SplitSpec(List<BranchSpec> branches, StickySpec sticky, OnEmpty onEmpty) {

    /** What happens when the chosen pool has no live endpoint. */
    public enum OnEmpty {
        /** Another branch takes it, and that is counted. */
        FALL_BACK,
        FAIL
    }

    public static final SplitSpec NOWHERE =
            new SplitSpec(List.of(), StickySpec.NONE, OnEmpty.FALL_BACK);

    public SplitSpec {
        branches = List.copyOf(branches);
    }

    /** All to one pool. */
    public static SplitSpec to(String pool) {
        return new SplitSpec(List.of(BranchSpec.of(pool, 1)), StickySpec.NONE, OnEmpty.FALL_BACK);
    }
}
