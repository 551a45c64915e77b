package dev.asterism.l7.route;

/**
 * One way of a split.
 *
 * @param pool by name
 * @param weight 0: gets nothing
 * @param request changes to requests that go this way, behind those of the route
 * @param response changes to their answers, before those of the route
 */
public record BranchSpec(String pool, int weight, HeaderSpec request, HeaderSpec response) {

    public BranchSpec {
        if (weight < 0 || weight > 1_000_000) {
            throw new IllegalArgumentException("not a weight of 0 to 1,000,000: " + weight);
        }
    }

    public static BranchSpec of(String pool, int weight) {
        return new BranchSpec(pool, weight, HeaderSpec.NONE, HeaderSpec.NONE);
    }
}
