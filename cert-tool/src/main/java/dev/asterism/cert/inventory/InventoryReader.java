package dev.asterism.cert.inventory;

import dev.asterism.cert.issue.VersionChoice;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads an inventory. Composes only: no tag is executed, and every value is the text that stands there, so that a
 * group may be called {@code on}. All problems are found at once.
 */
public final class InventoryReader {

    private static final List<String> TOP = List.of("defaults", "hosts");
    private static final List<String> DEFAULTS =
            List.of("duration", "groups", "unsafe_networks", "version", "curve");
    private static final List<String> HOST =
            List.of(
                    "name",
                    "networks",
                    "groups",
                    "unsafe_networks",
                    "duration",
                    "version",
                    "curve",
                    "in_pub");

    private static final int MAX_NAME_BYTES = 200;
    private static final int DEPTH_LIMIT = 20;
    private static final int ALIAS_LIMIT = 1000;

    private final String file;
    private final List<InventoryProblem> problems = new ArrayList<>();
    private final List<InventoryHost> hosts = new ArrayList<>();
    private final Map<String, Integer> lineOfName = new TreeMap<>();
    private final Map<Ip, InventoryHost> hostOfAddress = new TreeMap<>();

    private InventoryReader(String file) {
        this.file = file;
    }

    /**
     * What a file says.
     *
     * @param problems in the order of the file; with any of them the hosts are not to be used
     */
    public record Outcome(List<InventoryHost> hosts, List<InventoryProblem> problems) {

        public Outcome {
            hosts = List.copyOf(hosts);
            problems = List.copyOf(problems);
        }
    }

    /**
     * @param file its name, for messages
     */
    public static Outcome read(String file, String text) {
        InventoryReader reader = new InventoryReader(file);
        Node root = reader.compose(text);
        if (root != null) {
            reader.readTop(root);
        }
        // What is wrong with a default is found once per host.
        return new Outcome(reader.hosts, reader.problems.stream().distinct().sorted().toList());
    }

    private @Nullable Node compose(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(DEPTH_LIMIT);
        options.setMaxAliasesForCollections(ALIAS_LIMIT);
        options.setAllowRecursiveKeys(false);
        Composer composer =
                new Composer(
                        new ParserImpl(new StreamReader(text), options), new Resolver(), options);
        try {
            Node root = composer.getSingleNode();
            if (root == null) {
                add(1, 1, "the inventory is empty", "write hosts: and a list of hosts");
            }
            return root;
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            int column = e.getProblemMark() == null ? 1 : e.getProblemMark().getColumn() + 1;
            add(line, column, "this is not YAML: " + e.getProblem(), "");
        } catch (RuntimeException e) {
            // The parser lets exceptions of the JDK through, as for escapes that name no character.
            add(1, 1, "this is not YAML: " + e.getMessage(), "");
        }
        return null;
    }

    private void add(int line, int column, String message, String fix) {
        problems.add(new InventoryProblem(file, line, column, message, fix));
    }

    private void readTop(Node root) {
        YamlMapping top = YamlMapping.of(file, root, "the inventory", TOP, problems);
        Node given = top.node("defaults");
        YamlMapping defaults =
                given == null ? null : YamlMapping.of(file, given, "defaults", DEFAULTS, problems);
        Node list = top.node("hosts");
        if (list == null) {
            top.problem(root, "hosts is missing", "write hosts: and a list of hosts");
        } else if (list instanceof SequenceNode sequence) {
            for (Node host : sequence.getValue()) {
                readHost(YamlMapping.of(file, host, "a host", HOST, problems), defaults);
            }
        } else {
            top.problem(list, "hosts is not a list", "begin each host with \"- name: NAME\"");
        }
    }

    private void readHost(YamlMapping own, @Nullable YamlMapping defaults) {
        int before = problems.size();
        String name = name(own);
        HostValues values = new HostValues(own, defaults);
        List<Cidr> networks = values.networks("networks", true);
        if (own.node("networks") == null) {
            own.problem(own.place(), "networks is missing", "write networks: [10.42.0.2/16]");
        } else if (networks.isEmpty() && problems.size() == before) {
            own.problem(own.place(), "the host has no network", "write networks: [10.42.0.2/16]");
        }
        List<Cidr> unsafe = values.networks("unsafe_networks", false);
        List<String> groups = values.texts("groups");
        Duration duration = values.duration();
        VersionChoice versions = values.versions();
        Curve curve = values.curve();
        String inPub = own.text("in_pub");
        if (problems.size() > before || name == null) {
            return;
        }
        InventoryHost host =
                new InventoryHost(
                        name,
                        networks,
                        unsafe,
                        groups,
                        duration,
                        versions,
                        curve,
                        inPub == null ? "" : inPub,
                        own.place().getStartMark().getLine() + 1,
                        own.place().getStartMark().getColumn() + 1);
        if (claimAddresses(host)) {
            hosts.add(host);
        }
    }

    private @Nullable String name(YamlMapping own) {
        if (own.node("name") == null) {
            own.problem(own.place(), "name is missing", "write name: NAME");
            return null;
        }
        String name = own.text("name");
        Node node = own.node("name");
        if (name == null || node == null) {
            return null;
        }
        if (!canBeFileName(name)) {
            own.problem(
                    node,
                    "the name \"" + name + "\" cannot be the name of a file",
                    "use letters, digits, blanks and . _ - and at most "
                            + MAX_NAME_BYTES
                            + " bytes");
            return null;
        }
        Integer other = lineOfName.putIfAbsent(name, node.getStartMark().getLine() + 1);
        if (other != null) {
            own.problem(
                    node,
                    "the name " + name + " stands in line " + other + " already",
                    "give each host a name of its own");
            return null;
        }
        return name;
    }

    /** Names become {@code NAME.crt} in one folder. */
    private static boolean canBeFileName(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME_BYTES
                && name.charAt(0) != '-'
                && name.charAt(0) != '.'
                && name.chars().noneMatch(c -> c == '/' || c == '\\' || c < ' ' || c == 0x7F);
    }

    private boolean claimAddresses(InventoryHost host) {
        boolean areFree = true;
        for (Cidr network : host.networks()) {
            InventoryHost other = hostOfAddress.putIfAbsent(network.address(), host);
            if (other != null && !other.name().equals(host.name())) {
                add(
                        host.line(),
                        host.column(),
                        "%s has the address %s, which is that of %s in line %d"
                                .formatted(
                                        host.name(), network.address(), other.name(), other.line()),
                        "give each host an address of its own");
                areFree = false;
            }
        }
        return areFree;
    }
}
