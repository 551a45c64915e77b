package dev.asterism.l7.foreign;

import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.match.PathMatch;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.SourcePosition;

/**
 * A route in the making.
 *
 * @param at where the rule or its match stands
 * @param action the keys of our route beside {@code match}
 */
record RouteDraft(MatchSpec match, SourcePosition at, Tree action) {

    RouteDraft with(MatchSpec other) {
        return new RouteDraft(other, at, action);
    }

    MapNode node() {
        return new Tree(at).put("match", matchTree()).addAllOf(action).node();
    }

    /** Only a route with a prefix of its own can replace it. */
    private Tree matchTree() {
        boolean any = match.path().kind() == PathMatch.Kind.ANY;
        boolean replaces = any && (replacesPrefix("rewrite") || replacesPrefix("redirect"));
        return MatchTree.of(replaces ? match.withPath(PathMatch.prefix("/")) : match, at);
    }

    private boolean replacesPrefix(String key) {
        return action.inner(key) instanceof MapNode change && change.get("prefix") != null;
    }
}
