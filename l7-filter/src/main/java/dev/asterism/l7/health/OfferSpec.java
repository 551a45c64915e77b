package dev.asterism.l7.health;

/**
 * What a service of this node tells others of itself. Immutable.
 *
 * @param advertised whether it is offered through the lighthouse
 * @param version may be empty
 * @param weight 1 to 1000; twice as much gets twice as many requests
 */
public record OfferSpec(boolean advertised, String version, int weight, HealthPolicy health) {

    public static final OfferSpec NONE = new OfferSpec(false, "", 1, HealthPolicy.STANDARD);
}
