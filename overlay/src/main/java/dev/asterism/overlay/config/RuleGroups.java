package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code group} and {@code groups} of a rule. Names must be strings; integers and booleans are converted with a
 * notice, other types refused, so that no rule matches another group than the one written (spec behaviour.md 4.4).
 */
final class RuleGroups {

    private final MapNode map;
    private final RuleReader rule;

    RuleGroups(MapNode map, RuleReader rule) {
        this.map = map;
        this.rule = rule;
    }

    List<String> read() {
        ConfigNode group = map.get("group");
        ConfigNode groups = map.get("groups");
        boolean bothGiven = isGiven(group) && isGiven(groups);
        if (bothGiven) {
            rule.error(
                    map.position(), "only one of group or groups should be defined, both provided");
        }
        List<String> names = new ArrayList<>();
        if (group != null) {
            readGroup(group, names);
        }
        if (groups != null && !bothGiven) {
            readGroups(groups, names);
        }
        return List.copyOf(names);
    }

    private static boolean isGiven(@Nullable ConfigNode node) {
        return node != null && !(node instanceof ScalarNode scalar && scalar.isNull());
    }

    private void readGroup(ConfigNode node, List<String> into) {
        if (!(node instanceof ListNode list)) {
            addUnlessEmpty(node, "group", into);
            return;
        }
        switch (list.items().size()) {
            case 0 ->
                    rule.error(
                            list.position(),
                            "group should contain a single value, an empty array was provided");
            case 1 -> {
                rule.notice(
                        list.position(),
                        "group was an array with a single value, converting to simple value");
                add(list.items().getFirst(), "group", into);
            }
            default ->
                    rule.error(
                            list.position(),
                            "group should contain a single value, an array with more than one entry"
                                    + " was provided");
        }
    }

    private void readGroups(ConfigNode node, List<String> into) {
        if (!(node instanceof ListNode list)) {
            addUnlessEmpty(node, "groups", into);
            return;
        }
        for (int i = 0; i < list.items().size(); i++) {
            ConfigNode item = list.items().get(i);
            if (item instanceof ScalarNode scalar && scalar.isNull()) {
                rule.error(scalar.position(), "groups entry #%d is null".formatted(i));
            } else {
                add(item, "groups entry #" + i, into);
            }
        }
    }

    private void addUnlessEmpty(ConfigNode node, String field, List<String> into) {
        if (!(node instanceof ScalarNode scalar)
                || scalar.kind() != ScalarKind.STRING
                || !scalar.text().isEmpty()) {
            add(node, field, into);
        }
    }

    /** An empty name in a list stays: it makes the rule match nobody, and without it others would match. */
    private void add(ConfigNode node, String field, List<String> into) {
        switch (node) {
            case MapNode map -> single(map, field, "a map was provided");
            case ListNode list -> single(list, field, "an array was provided");
            case ScalarNode scalar -> addScalar(scalar, field, into);
        }
    }

    private void addScalar(ScalarNode scalar, String field, List<String> into) {
        switch (scalar.kind()) {
            case STRING -> into.add(scalar.text());
            case INTEGER, BOOLEAN -> {
                rule.notice(
                        scalar.position(),
                        "group was not a string and should be quoted to match as written; it reads"
                                + " as %s".formatted(scalar.canonical()));
                into.add(scalar.canonical());
            }
            case FLOAT, DATE ->
                    single(
                            scalar,
                            field,
                            "%s was read as a %s, quote it to use it as a group name"
                                    .formatted(scalar.text(), scalar.kindName()));
            case NULL -> checkNull(scalar, field);
        }
    }

    private void checkNull(ScalarNode scalar, String field) {
        boolean otherwiseGiven =
                isGiven(map.get("host"))
                        || isGiven(map.get("cidr"))
                        || isGiven(map.get("group"))
                        || isGiven(map.get("groups"));
        if (!otherwiseGiven) {
            rule.error(
                    scalar.position(),
                    field
                            + " is null and no host, group, or cidr was provided, use `host: any`"
                            + " to match any host");
        }
    }

    private void single(ConfigNode node, String field, String what) {
        rule.error(node.position(), field + " should contain a single value, " + what);
    }
}
