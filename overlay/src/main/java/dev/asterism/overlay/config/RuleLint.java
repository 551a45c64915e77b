package dev.asterism.overlay.config;

import org.jspecify.annotations.Nullable;

/** Finds rules in which {@code any} makes other fields of the same rule moot. */
final class RuleLint {

    private RuleLint() {}

    /** The first doubt about the rule, or null. Host, groups and cidr of one rule are alternatives. */
    static @Nullable String find(FirewallRule rule) {
        String groups = "[" + String.join(" ", rule.groups()) + "]";
        boolean groupsHaveAny = rule.groups().contains("any");
        if (groupsHaveAny && rule.groups().size() > 1) {
            return "groups specified as "
                    + groups
                    + ", but any is among them and will match any host, regardless of the others";
        }
        if (rule.host().equals("any")) {
            if (!rule.groups().isEmpty()) {
                return moot("groups", groups, "host=any");
            }
            return rule.cidr().isGiven() ? moot("cidr", rule.cidr().text(), "host=any") : null;
        }
        if (groupsHaveAny) {
            if (!rule.host().isEmpty()) {
                return moot("host", rule.host(), "groups=any");
            }
            return rule.cidr().isGiven() ? moot("cidr", rule.cidr().text(), "groups=any") : null;
        }
        if (rule.cidr().isAny()) {
            if (!rule.groups().isEmpty()) {
                return moot("groups", groups, "cidr=any");
            }
            return rule.host().isEmpty() ? null : moot("host", rule.host(), "cidr=any");
        }
        return null;
    }

    private static String moot(String field, String value, String wildcard) {
        return "%s specified as %s, but %s will match any host, regardless of %s"
                .formatted(field, value, wildcard, field);
    }
}
