package dev.asterism.l7.authz;

import org.jspecify.annotations.Nullable;

/**
 * A verdict in words.
 *
 * @param rule null: no rule made it
 * @param text one sentence; for a refusal by no rule it names the closest and what differs
 */
public record AuthzExplanation(
        Authorizer.Verdict verdict, Authorizer.@Nullable NamedRule rule, String text) {

    @Override
    public String toString() {
        return text;
    }
}
