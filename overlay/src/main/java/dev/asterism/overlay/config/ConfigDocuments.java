package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.MapNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Documents in another language than that of the configuration, such as those of Kubernetes: several may stand in one
 * file, and their keys have no rows in the table of keys. Pure; no exception escapes for any text, and depth, aliases
 * and size are limited as they are for a configuration.
 *
 * @param maps in the order of the file; empty documents are left out
 * @param problems what is no YAML, or no map
 */
public record ConfigDocuments(List<MapNode> maps, List<Diagnostic> problems) {

    public ConfigDocuments {
        maps = List.copyOf(maps);
        problems = List.copyOf(problems);
    }

    /** Reads one file. */
    public static ConfigDocuments read(ConfigText file) {
        Diagnostics problems = new Diagnostics();
        List<MapNode> maps = new ArrayList<>();
        for (ConfigNode document : YamlSource.parseAll(file, problems)) {
            if (document instanceof MapNode map) {
                maps.add(map);
            } else if (!(document instanceof ConfigNode.ScalarNode scalar && scalar.isNull())) {
                String message = "a document is a map, not a " + document.kindName();
                problems.error(document.position(), "", message);
            }
        }
        return new ConfigDocuments(maps, problems.errors());
    }
}
