package dev.asterism.cert.inventory;

import dev.asterism.cert.inventory.YamlMapping.Entry;
import dev.asterism.cert.issue.VersionChoice;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/** The values of one host: its own, or in place of a missing one the default. */
final class HostValues {

    private final YamlMapping own;
    private final @Nullable YamlMapping defaults;

    HostValues(YamlMapping own, @Nullable YamlMapping defaults) {
        this.own = own;
        this.defaults = defaults;
    }

    private YamlMapping holderOf(String key) {
        return own.node(key) == null && defaults != null ? defaults : own;
    }

    List<String> texts(String key) {
        List<Entry> entries = holderOf(key).list(key);
        return entries == null ? List.of() : entries.stream().map(Entry::text).toList();
    }

    /**
     * @param areAddresses whether the host has them, or only routes for them
     */
    List<Cidr> networks(String key, boolean areAddresses) {
        List<Entry> entries = holderOf(key).list(key);
        List<Cidr> networks = new ArrayList<>();
        if (entries == null) {
            return networks;
        }
        for (Entry entry : entries) {
            Cidr network = Cidr.parse(entry.text());
            boolean isMapped = network != null && network.isIpv4() && entry.text().contains(":");
            if (network == null || isMapped) {
                String example = areAddresses ? "10.42.0.2/16 or fd42::2/64" : "192.168.1.0/24";
                own.problem(
                        entry.node(),
                        "\"" + entry.text() + "\" in " + key + " is not an address with a prefix",
                        isMapped
                                ? "write the IPv4 address as one"
                                : hintFor(entry.text(), example));
            } else if (areAddresses && network.address().isUnspecified()) {
                own.problem(
                        entry.node(),
                        entry.text() + " is no address that a host can have",
                        "write the host's address and the length of the network's prefix");
            } else if (networks.contains(network)) {
                own.problem(entry.node(), entry.text() + " stands there twice", "remove one");
            } else {
                networks.add(network);
            }
        }
        return networks;
    }

    private static String hintFor(String text, String example) {
        Ip address = Ip.parse(text);
        return address == null
                ? "write something like " + example
                : "add the length of the prefix, as in "
                        + address
                        + (address.isIpv4() ? "/16" : "/64");
    }

    @Nullable Duration duration() {
        String text = holderOf("duration").text("duration");
        Duration duration = text == null ? null : DaysOrGo.parse(text);
        if (text != null && duration == null) {
            refuse("duration", text, "write something like 90d, 2160h or 1h30m");
        }
        return duration;
    }

    @Nullable VersionChoice versions() {
        String text = holderOf("version").text("version");
        VersionChoice versions = text == null ? null : VersionChoice.parse(text);
        if (text != null && versions == null) {
            refuse("version", text, "write 1, 2 or both");
        }
        return versions;
    }

    @Nullable Curve curve() {
        String text = holderOf("curve").text("curve");
        if (text == null) {
            return null;
        }
        return switch (text) {
            case "25519", "X25519", "CURVE25519" -> Curve.CURVE25519;
            case "P256" -> Curve.P256;
            default -> {
                refuse("curve", text, "write 25519 or P256");
                yield null;
            }
        };
    }

    private void refuse(String key, String text, String fix) {
        Node node = holderOf(key).node(key);
        own.problem(node == null ? own.place() : node, "\"" + text + "\" is not a " + key, fix);
    }
}
