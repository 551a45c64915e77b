package dev.asterism.l7.authz;

import dev.asterism.l7.match.MatchSpec;

/**
 * One entry of {@code allow} or {@code deny}.
 *
 * @param source where it stands: {@code config.yml:12}
 */
public record RuleSpec(MatchSpec match, String source) {}
