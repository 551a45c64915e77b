package dev.asterism.lighthouse.staticmap;

/**
 * Looks names up elsewhere. Must return at once; the answer comes back on the control plane's thread through
 * {@code Discovery.namesResolved} with the same query.
 */
@FunctionalInterface
public interface NameResolver {

    void resolve(NameQuery query);
}
