package dev.asterism.l7.authz;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.match.ConditionIndex;
import dev.asterism.l7.match.RequestCondition;
import dev.asterism.l7.match.RequestView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An {@link AuthzSpec} compiled: whether a request may pass. A {@code deny} that matches refuses it; as soon as there
 * is one {@code allow}, one must match. A caller who is not known may be anybody whom a {@code deny} means, and is
 * refused by the first that is not for all. The request path and {@code explain} ask the same. Immutable; safe on any
 * thread; makes no objects unless asked to explain.
 */
public final class Authorizer {

    /** What comes of a request. */
    public enum Verdict {
        PASS,
        /** A rule of {@code deny} matches. */
        DENIED,
        /** There are rules of {@code allow} and none matches. */
        NOT_ALLOWED
    }

    /**
     * A rule and its name in explanations, logs and labels: {@code allow 2}, counted from 1.
     *
     * @param spec with its place in the file
     */
    public record NamedRule(String name, RuleSpec spec, RequestCondition condition) {

        @Override
        public String toString() {
            return name + " (" + spec.source() + ")";
        }
    }

    /** In place of a rule's name where none of {@code allow} has matched. */
    public static final String NO_RULE = "default";

    private final AuthzSpec.Mode mode;
    private final boolean looksAtPath;
    private final List<NamedRule> deny;

    /** The first of {@link #deny} that is not for all; null: there is none. */
    private final @Nullable NamedRule denyOfSomebody;

    private final List<NamedRule> allow;
    private final ConditionIndex denyIndex;
    private final ConditionIndex allowIndex;
    private final List<NamedRule> denyByRank = new ArrayList<>();
    private final List<NamedRule> allowByRank = new ArrayList<>();

    private Authorizer(AuthzSpec spec, FieldNames names) {
        mode = spec.mode();
        deny = rules("deny", spec.deny(), names);
        allow = rules("allow", spec.allow(), names);
        denyOfSomebody =
                deny.stream()
                        .filter(rule -> !rule.spec().match().from().isAny())
                        .findFirst()
                        .orElse(null);
        denyIndex = index(deny, denyByRank);
        allowIndex = index(allow, allowByRank);
        looksAtPath =
                Stream.concat(deny.stream(), allow.stream())
                        .anyMatch(rule -> rule.condition().looksAtPath());
    }

    /**
     * @param names with at least those of {@link #fieldNames}
     * @throws IllegalArgumentException when a rule can never hold as it is written: says which and why
     */
    public static Authorizer of(AuthzSpec spec, FieldNames names) {
        return new Authorizer(spec, names);
    }

    public static Set<String> fieldNames(AuthzSpec spec) {
        Set<String> names = new LinkedHashSet<>();
        spec.deny().forEach(rule -> names.addAll(RequestCondition.fieldNames(rule.match())));
        spec.allow().forEach(rule -> names.addAll(RequestCondition.fieldNames(rule.match())));
        return names;
    }

    private static List<NamedRule> rules(String list, List<RuleSpec> specs, FieldNames names) {
        List<NamedRule> rules = new ArrayList<>();
        for (RuleSpec spec : specs) {
            String name = list + " " + (rules.size() + 1);
            try {
                rules.add(new NamedRule(name, spec, RequestCondition.of(spec.match(), names)));
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException(
                        name + " (" + spec.source() + "): " + wrong.getMessage(), wrong);
            }
        }
        return List.copyOf(rules);
    }

    private static ConditionIndex index(List<NamedRule> rules, List<NamedRule> byRank) {
        List<ConditionIndex.Entry> entries = new ArrayList<>();
        for (NamedRule rule : rules) {
            for (ConditionIndex.Entry entry : ConditionIndex.Entry.of(rule.condition())) {
                entries.add(entry);
                byRank.add(rule);
            }
        }
        return new ConditionIndex(entries);
    }

    public boolean isEmpty() {
        return deny.isEmpty() && allow.isEmpty();
    }

    /** Whether a refusal is only counted. */
    public boolean isAudit() {
        return mode == AuthzSpec.Mode.AUDIT;
    }

    /** Whether a rule looks at paths: then a path without one form is refused before rules are asked. */
    public boolean looksAtPath() {
        return looksAtPath;
    }

    /** What the rules say, whatever the mode. A path that they cannot judge is not allowed. */
    public Verdict decide(RequestView view) {
        if (isUnclear(view)) {
            return Verdict.NOT_ALLOWED;
        }
        boolean denied = !deny.isEmpty() && denyIndex.find(view) != ConditionIndex.NONE;
        if (denied || isUnknown(view)) {
            return Verdict.DENIED;
        }
        boolean allowed = allow.isEmpty() || allowIndex.find(view) != ConditionIndex.NONE;
        return allowed ? Verdict.PASS : Verdict.NOT_ALLOWED;
    }

    /** The rule that made the verdict; null: none did, which is a pass without {@code allow} or no pass with it. */
    public @Nullable NamedRule decider(RequestView view) {
        if (isUnclear(view)) {
            return null;
        }
        int denied = denyIndex.find(view);
        if (denied != ConditionIndex.NONE) {
            return denyByRank.get(denied);
        }
        if (isUnknown(view)) {
            return denyOfSomebody;
        }
        int allowed = allowIndex.find(view);
        return allowed == ConditionIndex.NONE ? null : allowByRank.get(allowed);
    }

    private boolean isUnknown(RequestView view) {
        return denyOfSomebody != null && !view.caller().isKnown();
    }

    private boolean isUnclear(RequestView view) {
        return looksAtPath && !view.isPathClear();
    }

    /** What the rules say, and why. */
    public AuthzExplanation explain(RequestView view) {
        Verdict verdict = decide(view);
        NamedRule rule = decider(view);
        String said =
                switch (verdict) {
                    case PASS ->
                            rule == null
                                    ? "allowed, as there are no allow rules"
                                    : "allowed by " + rule;
                    case DENIED -> "denied by " + rule;
                    case NOT_ALLOWED -> "denied, no allow matches" + closest(view);
                };
        boolean passes = verdict == Verdict.PASS;
        String audited = isAudit() && !passes ? "; it passes, as the mode is audit" : "";
        return new AuthzExplanation(verdict, rule, said + audited);
    }

    private String closest(RequestView view) {
        if (isUnclear(view)) {
            return " a path with " + view.pathFault();
        }
        NamedRule closest = allow.getFirst();
        List<String> fewest = closest.condition().differences(view);
        for (NamedRule rule : allow) {
            List<String> differences = rule.condition().differences(view);
            if (differences.size() < fewest.size()) {
                closest = rule;
                fewest = differences;
            }
        }
        return " (closest: " + closest + ", " + String.join(", ", fewest) + ")";
    }
}
