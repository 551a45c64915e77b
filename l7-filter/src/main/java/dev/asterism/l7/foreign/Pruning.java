package dev.asterism.l7.foreign;

import dev.asterism.overlay.config.ConfigNode;
import dev.asterism.overlay.config.ConfigNode.Entry;
import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.Diagnostic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes out of {@code services} what its reader has refused: a route as a whole, or one key of a service. */
final class Pruning {

    private static final Pattern PLACE =
            Pattern.compile("l7\\.services\\.([^.]*)(?:\\.(?:routes\\[(\\d+)]|([^.\\[]*)).*)?");

    private Pruning() {}

    /** A whole configuration of it. */
    static MapNode section(MapNode services) {
        Tree l7 = new Tree(services.position());
        l7.put("services", services);
        return new Tree(services.position()).put("l7", l7).node();
    }

    static MapNode nothing(MapNode services) {
        return new MapNode(services.position(), Collections.emptyMap());
    }

    /** Without anything of all that the problems are about; less than before in any case. */
    static MapNode without(MapNode services, List<Diagnostic> problems) {
        Map<String, Entry> rest = new LinkedHashMap<>(services.entries());
        Map<String, Set<Integer>> routes = new LinkedHashMap<>();
        for (Diagnostic problem : problems) {
            Matcher place = PLACE.matcher(problem.path());
            Entry entry = place.matches() ? rest.get(place.group(1)) : null;
            if (entry == null
                    && place.matches()
                    && services.entries().containsKey(place.group(1))) {
                continue; // another problem has taken it out
            }
            if (entry == null || !(entry.value() instanceof MapNode service)) {
                return nothing(services);
            }
            String key = place.group(3);
            if (place.group(2) != null) {
                int number = Integer.parseInt(place.group(2));
                routes.computeIfAbsent(place.group(1), _ -> new HashSet<>()).add(number);
            } else if (key == null || service.get(key) == null || key.equals("port")) {
                rest.remove(place.group(1));
            } else {
                rest.put(place.group(1), new Entry(entry.keyPosition(), less(service, key)));
            }
        }
        routes.forEach(
                (name, numbers) ->
                        rest.computeIfPresent(
                                name,
                                (_, entry) ->
                                        new Entry(
                                                entry.keyPosition(),
                                                lessRoutes((MapNode) entry.value(), numbers))));
        return new MapNode(services.position(), Collections.unmodifiableMap(rest));
    }

    private static MapNode less(MapNode service, String key) {
        Map<String, Entry> rest = new LinkedHashMap<>(service.entries());
        rest.remove(key);
        return new MapNode(service.position(), Collections.unmodifiableMap(rest));
    }

    private static MapNode lessRoutes(MapNode service, Set<Integer> numbers) {
        if (!(service.get("routes") instanceof ListNode list)) {
            return service;
        }
        List<ConfigNode> rest = new ArrayList<>();
        for (int i = 0; i < list.items().size(); i++) {
            if (!numbers.contains(i)) {
                rest.add(list.items().get(i));
            }
        }
        Map<String, Entry> entries = new LinkedHashMap<>(service.entries());
        if (rest.isEmpty()) {
            entries.remove("routes");
        } else {
            ListNode less = new ListNode(list.position(), Collections.unmodifiableList(rest));
            entries.put("routes", new Entry(list.position(), less));
        }
        return new MapNode(service.position(), Collections.unmodifiableMap(entries));
    }
}
