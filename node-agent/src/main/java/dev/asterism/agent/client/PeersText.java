package dev.asterism.agent.client;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Tunnels and pending handshakes for people: a table, or where that does not fit or one peer was
 * asked for, a block for each tunnel.
 */
final class PeersText {

    /** Room for all columns. */
    private static final int WIDE = 96;

    /** Below it every column would be cut. */
    private static final int NARROWEST_TABLE = 64;

    private static final String INDENT = "  ";

    private final Screen screen;
    private final Instant now;

    PeersText(Screen screen, Instant now) {
        this.screen = screen;
        this.now = now;
    }

    /**
     * @param one whether one peer was asked for by name
     */
    String render(JsonValue data, boolean one) {
        List<JsonValue> peers = data.objects("peers");
        Paragraph text = new Paragraph(screen.width());
        if (one || screen.width() < NARROWEST_TABLE) {
            peers.forEach(peer -> block(text, peer));
        } else if (!peers.isEmpty()) {
            text.add(table(peers));
        }
        for (JsonValue pending : data.objects("handshakes")) {
            text.line(
                    INDENT,
                    "no tunnel to %s: %s (attempt %d of %d, %s)"
                            .formatted(
                                    pending.text("target"),
                                    pending.text("reason"),
                                    pending.number("attempts"),
                                    pending.number("max_attempts"),
                                    Units.age(pending.number("age_ms"))));
        }
        for (JsonValue refused : data.objects("refused")) {
            text.line(
                    INDENT,
                    "%s (%s) was refused by %s %s ago: its certificate is revoked"
                            .formatted(
                                    refused.text("name"),
                                    String.join(", ", refused.texts("addresses")),
                                    refused.text("by"),
                                    Units.age(refused.number("age_ms"))));
        }
        return text.isEmpty() ? "no tunnels\n" : text.toString();
    }

    private String table(List<JsonValue> peers) {
        boolean wide = screen.width() >= WIDE;
        List<String> titles =
                new ArrayList<>(
                        List.of(
                                "NAME",
                                "ADDRESS",
                                "DIRECT PATH",
                                "RTT",
                                "LOSS",
                                "IN/s",
                                "OUT/s",
                                "SEEN"));
        if (wide) {
            titles.addAll(List.of("SINCE", "AGE", "GROUPS"));
        }
        TextTable table = new TextTable(titles);
        peers.forEach(peer -> table.row(row(peer, wide)));
        return table.render(screen.width());
    }

    private static List<String> row(JsonValue peer, boolean wide) {
        List<String> addresses = peer.texts("addresses");
        List<String> cells = new ArrayList<>();
        cells.add(peer.text("name") + (peer.isTrue("lighthouse") ? " *" : ""));
        cells.add(addresses.isEmpty() ? "" : addresses.getFirst());
        cells.add(shortPath(peer));
        cells.add(roundTrip(peer));
        cells.add(loss(peer));
        cells.add(Units.bytes(peer.number("bytes_in_per_second")));
        cells.add(Units.bytes(peer.number("bytes_out_per_second")));
        cells.add(last(peer, "last_in_ms") + (wide ? "" : state(peer)));
        if (wide) {
            cells.add(Units.age(peer.number("path_age_ms")));
            cells.add(Units.age(peer.number("handshake_age_ms")) + state(peer));
            cells.add(String.join(",", peer.texts("groups")));
        }
        return cells;
    }

    private void block(Paragraph text, JsonValue peer) {
        text.line(
                INDENT,
                screen.strong(peer.text("name"))
                        + (peer.isTrue("lighthouse") ? " (lighthouse)" : ""));
        text.field(INDENT, "addresses", String.join(", ", peer.texts("networks")));
        if (!peer.texts("groups").isEmpty()) {
            text.field(INDENT, "groups", String.join(", ", peer.texts("groups")));
        }
        text.field(
                INDENT,
                "certificate",
                Certificates.expiry(peer, screen, now) + ", CA " + peer.text("issuer_name"));
        text.field(INDENT, "path", path(peer) + " for " + Units.age(peer.number("path_age_ms")));
        PathText.choice(text, INDENT, peer);
        if (!peer.texts("candidates").isEmpty()) {
            text.field(INDENT, "others", String.join(", ", peer.texts("candidates")));
        }
        if (!peer.texts("relayed_for").isEmpty()) {
            text.field(INDENT, "relayed for", String.join(", ", peer.texts("relayed_for")));
        }
        text.field(INDENT, "MTU", mtu(peer));
        text.field(INDENT, "round trip", measured(peer));
        text.field(
                INDENT,
                "loss",
                "%s (%d of the peer's packets)".formatted(loss(peer), peer.number("packets_lost")));
        text.field(INDENT, "in", traffic(peer, "in"));
        text.field(INDENT, "out", traffic(peer, "out"));
        text.field(
                INDENT,
                "handshake",
                "%s ago, begun %s%s"
                        .formatted(
                                Units.age(peer.number("handshake_age_ms")),
                                peer.isTrue("initiator") ? "here" : "by the peer",
                                state(peer).isEmpty() ? "" : "," + state(peer)));
        text.field(INDENT, "flows", peer.number("tracked_flows") + " tracked");
    }

    /** Of a direct path the address, of a relayed one who relays. */
    private static String shortPath(JsonValue peer) {
        return switch (peer.text("path")) {
            case "direct" -> peer.text("remote");
            case "relay" -> "via " + peer.text("relay_name");
            default -> "none";
        };
    }

    static String path(JsonValue peer) {
        return switch (peer.text("path")) {
            case "direct" -> "direct " + peer.text("remote");
            case "relay" ->
                    "relayed by %s (%s)"
                            .formatted(peer.text("relay_name"), peer.text("relay_addr"));
            default -> "none";
        };
    }

    /** As for {@code ping}. */
    static String mtu(JsonValue peer) {
        String age =
                peer.has("mtu_age_ms") ? " " + Units.age(peer.number("mtu_age_ms")) + " ago" : "";
        return peer.number("mtu")
                + switch (peer.text("mtu_by")) {
                    case "confirmed" -> ", confirmed" + age;
                    case "limited" -> ", larger packets do not get there; confirmed" + age;
                    default -> ", not asked yet";
                };
    }

    /** One line for {@code ping}. */
    static String ping(JsonValue answer) {
        String who = answer.has("name") ? answer.text("name") : answer.text("address");
        if (!answer.isTrue("answered")) {
            return who + ": no answer\n";
        }
        return "%s (%s): %s, round trip %s, MTU %s\n"
                .formatted(
                        who, answer.text("address"), path(answer), roundTrip(answer), mtu(answer));
    }

    private static String roundTrip(JsonValue peer) {
        return peer.has("rtt_us")
                ? (isRough(peer) ? "~" : "") + Units.millis(peer.number("rtt_us"))
                : "-";
    }

    private static boolean isRough(JsonValue peer) {
        return peer.text("rtt_by").equals("handshake");
    }

    private static String measured(JsonValue peer) {
        if (!peer.has("rtt_us")) {
            return "not measured yet";
        }
        return roundTrip(peer)
                + (isRough(peer) ? ", with the work of the handshake, " : ", measured ")
                + Units.age(peer.number("rtt_age_ms"))
                + " ago";
    }

    private static String loss(JsonValue peer) {
        long lost = peer.number("packets_lost");
        long all = lost + peer.number("packets_in");
        return all == 0 ? "-" : String.format(Locale.ROOT, "%.1f%%", 100.0 * lost / all);
    }

    private static String traffic(JsonValue peer, String direction) {
        List<String> parts = new ArrayList<>();
        parts.add(Units.bytes(peer.number("bytes_" + direction + "_per_second")) + "/s");
        parts.add(peer.number("packets_" + direction) + " packets");
        parts.add(Units.bytes(peer.number("bytes_" + direction)));
        String last = last(peer, "last_" + direction + "_ms");
        parts.add("last " + last + (last.equals("never") ? "" : " ago"));
        return String.join(", ", parts);
    }

    private static String state(JsonValue peer) {
        if (!peer.isTrue("confirmed")) {
            return " unconfirmed";
        }
        return peer.isTrue("primary") ? "" : " secondary";
    }

    private static String last(JsonValue peer, String name) {
        return peer.has(name) ? Units.age(peer.number(name)) : "never";
    }
}
