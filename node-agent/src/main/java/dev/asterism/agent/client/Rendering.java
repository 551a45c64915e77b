package dev.asterism.agent.client;

import dev.asterism.overlay.packet.IpPacket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Answers as text for people, at most {@link TextTable#WIDTH} columns wide. */
final class Rendering {

    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final int WARN_DAYS = 14;

    private final Style style;
    private final Instant now;

    /** Colours of a terminal, or none. */
    record Style(boolean colours) {

        String good(String text) {
            return colours ? "\033[32m" + text + "\033[0m" : text;
        }

        String bad(String text) {
            return colours ? "\033[31m" + text + "\033[0m" : text;
        }
    }

    Rendering(Style style, Instant now) {
        this.style = style;
        this.now = now;
    }

    String render(String verb, JsonValue data) {
        return switch (verb) {
            case "status" -> status(data);
            case "peers" -> peers(data);
            case "routes" -> routes(data);
            case "lighthouse" -> hosts(data);
            case "drops" -> drops(data);
            case "why" -> why(data);
            case "reload" -> reload(data);
            case "close" -> "closed " + data.number("closed") + " tunnel(s)\n";
            case "rehandshake" -> "handshake with " + data.text("started") + " started\n";
            case "log-level" -> data.text("level") + "\n";
            case "version" -> "agent " + data.text("version") + "\n";
            default -> "";
        };
    }

    private String status(JsonValue data) {
        JsonValue node = data.object("node");
        JsonValue agent = data.object("agent");
        JsonValue counts = node.object("counts");
        StringBuilder text = new StringBuilder();
        line(text, "node", node.text("name") + (node.isTrue("lighthouse") ? " (lighthouse)" : ""));
        line(text, "addresses", String.join(", ", node.texts("networks")));
        if (!node.texts("groups").isEmpty()) {
            line(text, "groups", String.join(", ", node.texts("groups")));
        }
        line(text, "certificate", expiry(node) + ", CA " + node.text("issuer_name"));
        line(text, "fingerprint", node.text("fingerprint"));
        line(text, "device", agent.text("device") + ", UDP " + agent.text("listens"));
        line(text, "cipher", node.text("cipher"));
        List<String> lighthouses = new ArrayList<>();
        for (JsonValue each : node.objects("lighthouses")) {
            lighthouses.add(
                    each.text("address")
                            + " "
                            + (each.isTrue("connected")
                                    ? style.good("connected")
                                    : style.bad("not connected")));
        }
        line(text, "lighthouses", lighthouses.isEmpty() ? "none" : String.join(", ", lighthouses));
        line(
                text,
                "peers",
                "%d peers, %d tunnels, %d unconfirmed, %d handshakes pending"
                        .formatted(
                                counts.number("peers"),
                                counts.number("tunnels"),
                                counts.number("unconfirmed"),
                                counts.number("pending_handshakes")));
        line(
                text,
                "flows",
                "%d of %d tracked, %d evicted"
                        .formatted(
                                counts.number("tracked_flows"),
                                counts.number("max_tracked_flows"),
                                counts.number("evicted_flows")));
        line(
                text,
                "agent",
                "%s, pid %d, up %s, log level %s"
                        .formatted(
                                agent.text("version"),
                                agent.number("pid"),
                                age(agent.number("uptime_ms")),
                                agent.text("log_level")));
        line(text, "config", agent.text("config"));
        line(text, "last reload", lastReload(agent.object("last_reload")));
        return text.toString();
    }

    private String lastReload(JsonValue reload) {
        if (!reload.has("at")) {
            return "never";
        }
        String ago = age(Duration.between(Instant.parse(reload.text("at")), now).toMillis());
        return (reload.isTrue("applied") ? style.good("applied") : style.bad("refused"))
                + " "
                + ago
                + " ago"
                + (reload.texts("needs_restart").isEmpty() ? "" : ", restart required");
    }

    private String expiry(JsonValue certificate) {
        Duration left = Duration.between(now, Instant.parse(certificate.text("not_after")));
        if (left.isNegative()) {
            return style.bad("expired " + age(-left.toMillis()) + " ago");
        }
        String text = "valid for " + age(left.toMillis());
        return left.toDays() < WARN_DAYS ? style.bad(text) : text;
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name).repeat(' ', Math.max(1, 13 - name.length())).append(value).append('\n');
    }

    private static String peers(JsonValue data) {
        TextTable table =
                new TextTable(
                        "NAME",
                        "ADDRESS",
                        "PATH",
                        "SINCE",
                        "HANDSHAKE",
                        "IN",
                        "OUT",
                        "LOST",
                        "GROUPS");
        for (JsonValue peer : data.objects("peers")) {
            table.row(
                    peer.text("name") + (peer.isTrue("lighthouse") ? " *" : ""),
                    first(peer.texts("addresses")),
                    path(peer),
                    age(peer.number("path_age_ms")),
                    age(peer.number("handshake_age_ms")) + state(peer),
                    last(peer, "last_in_ms"),
                    last(peer, "last_out_ms"),
                    loss(peer),
                    String.join(",", peer.texts("groups")));
        }
        StringBuilder text = new StringBuilder();
        if (!data.objects("peers").isEmpty()) {
            text.append(table.render(TextTable.WIDTH));
        }
        for (JsonValue pending : data.objects("handshakes")) {
            text.append(
                    "no tunnel to %s: %s (attempt %d of %d, %s)\n"
                            .formatted(
                                    pending.text("target"),
                                    pending.text("reason"),
                                    pending.number("attempts"),
                                    pending.number("max_attempts"),
                                    age(pending.number("age_ms"))));
        }
        return text.isEmpty() ? "no tunnels\n" : text.toString();
    }

    private static String path(JsonValue peer) {
        return peer.text("path").equals("direct") ? "direct " + peer.text("remote") : "none";
    }

    private static String state(JsonValue peer) {
        if (!peer.isTrue("confirmed")) {
            return " unconfirmed";
        }
        return peer.isTrue("primary") ? "" : " secondary";
    }

    private static String loss(JsonValue peer) {
        long lost = peer.number("packets_lost");
        long all = lost + peer.number("packets_in");
        return all == 0 ? "-" : "%.1f%%".formatted(100.0 * lost / all);
    }

    private static String last(JsonValue peer, String name) {
        return peer.has(name) ? age(peer.number(name)) : "never";
    }

    private static String first(List<String> texts) {
        return texts.isEmpty() ? "" : texts.getFirst();
    }

    private static String routes(JsonValue data) {
        TextTable table = new TextTable("NETWORK", "VIA", "MTU", "METRIC", "KERNEL");
        for (JsonValue route : data.objects("routes")) {
            List<String> via = new ArrayList<>();
            for (JsonValue gateway : route.objects("gateways")) {
                String peer = gateway.text("peer");
                via.add(
                        gateway.text("address")
                                + (peer.isEmpty() ? " (no tunnel)" : " (" + peer + ")")
                                + (route.objects("gateways").size() > 1
                                        ? " weight " + gateway.number("weight")
                                        : ""));
            }
            table.row(
                    route.text("network"),
                    via.isEmpty() ? "overlay" : String.join(", ", via),
                    route.number("mtu") == 0 ? "-" : route.text("mtu"),
                    route.text("metric"),
                    route.isTrue("installed") ? "yes" : "no");
        }
        return table.render(TextTable.WIDTH);
    }

    private static String hosts(JsonValue data) {
        StringBuilder text = new StringBuilder();
        for (JsonValue host : data.objects("hosts")) {
            text.append(String.join(", ", host.texts("addresses"))).append('\n');
            text.append("  tried   ").append(listed(host.texts("candidates"))).append('\n');
            JsonValue told = host.object("told_by");
            for (String owner : told.names()) {
                text.append("  from ").append(owner).append("  ");
                text.append(listed(told.texts(owner))).append('\n');
            }
        }
        return text.isEmpty() ? "no host known\n" : text.toString();
    }

    private static String listed(List<String> items) {
        return items.isEmpty() ? "none" : String.join(", ", items);
    }

    private String drops(JsonValue data) {
        StringBuilder text = new StringBuilder();
        for (JsonValue drop : data.objects("drops")) {
            boolean in = drop.text("direction").equals("in");
            String local = drop.text("local_addr") + ":" + drop.text("local_port");
            String remote = drop.text("remote_addr") + ":" + drop.text("remote_port");
            text.append(
                    "%s ago  %s  %s  %s -> %s  %s\n  %s\n"
                            .formatted(
                                    age(
                                            Duration.between(Instant.parse(drop.text("at")), now)
                                                    .toMillis()),
                                    in ? "in " : "out",
                                    drop.text("peer"),
                                    in ? remote : local,
                                    in ? local : remote,
                                    IpPacket.protocolName((int) drop.number("protocol")),
                                    drop.text("reason") + "; " + drop.text("rules")));
        }
        return text.isEmpty() ? "no packet was refused\n" : text.toString();
    }

    private String why(JsonValue data) {
        StringBuilder text = new StringBuilder();
        line(
                text,
                "packet",
                "%s -> %s%s %s, %s"
                        .formatted(
                                data.text("src"),
                                data.text("dst"),
                                data.number("port") == 0 ? "" : " port " + data.text("port"),
                                IpPacket.protocolName((int) data.number("protocol")),
                                data.text("direction").equals("in") ? "inbound" : "outbound"));
        if (!data.text("route").isEmpty()) {
            line(text, "route", data.text("route"));
        }
        JsonValue peer = data.find("peer");
        if (peer != null) {
            line(
                    text,
                    "peer",
                    peer.text("name")
                            + " "
                            + listed(peer.texts("addresses"))
                            + ", groups "
                            + listed(peer.texts("groups")));
            line(text, "certificate", expiry(peer) + ", CA " + peer.text("issuer_name"));
            line(text, "path", path(peer));
        }
        JsonValue pending = data.find("handshake");
        if (pending != null) {
            line(text, "handshake", pending.text("reason"));
        }
        boolean admitted = data.isTrue("admitted");
        line(
                text,
                "verdict",
                admitted
                        ? style.good("admitted")
                        : style.bad("refused") + ": " + data.text("reason"));
        JsonValue rule = data.find("rule");
        if (rule != null) {
            line(text, "rule", place(rule));
        }
        for (JsonValue miss : data.objects("closest")) {
            line(text, "closest", place(miss));
            miss.texts("failed")
                    .forEach(failed -> text.append("               ").append(failed).append('\n'));
        }
        return text.toString();
    }

    private static String place(JsonValue rule) {
        return rule.text("label") + "  " + rule.text("file") + ":" + rule.text("line");
    }

    private String reload(JsonValue data) {
        StringBuilder text = new StringBuilder();
        data.texts("warnings").forEach(w -> text.append("warning: ").append(w).append('\n'));
        data.texts("problems").forEach(p -> text.append("error: ").append(p).append('\n'));
        if (data.isTrue("applied")) {
            text.append(style.good("applied")).append(", changed: ");
            text.append(listed(data.texts("changed"))).append('\n');
        } else {
            text.append(style.bad("refused")).append(": the old configuration stays\n");
        }
        if (!data.texts("needs_restart").isEmpty()) {
            text.append("restart required for: ");
            text.append(String.join(", ", data.texts("needs_restart"))).append('\n');
        }
        return text.toString();
    }

    /** Two units at most would be false precision: one is enough. */
    static String age(long millis) {
        if (millis < SECOND) {
            return Math.max(0, millis) + "ms";
        }
        if (millis < MINUTE) {
            return millis / SECOND + "s";
        }
        if (millis < HOUR) {
            return millis / MINUTE + "m";
        }
        return millis < 2 * DAY ? millis / HOUR + "h" : millis / DAY + "d";
    }
}
