package dev.asterism.agent.client;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Answers as text for people, in lines of at most {@link Screen#width} columns. */
final class Rendering {

    private final Screen screen;
    private final Instant now;

    Rendering(Screen screen, Instant now) {
        this.screen = screen;
        this.now = now;
    }

    String render(VerbLine asked, JsonValue data) {
        return switch (asked.verb()) {
            case "status" -> status(data);
            case "peers" ->
                    new PeersText(screen, now).render(data, asked.request().containsKey("name"));
            case "routes" -> routes(data);
            case "lighthouse" -> hosts(data);
            case "drops" -> new WhyText(screen, now).drops(data);
            case "why" -> new WhyText(screen, now).why(data);
            case "reload" -> reload(data);
            case "ping" -> PeersText.ping(data);
            case "close" -> "closed " + data.number("closed") + " tunnel(s)\n";
            case "rehandshake" -> "handshake with " + data.text("started") + " started\n";
            case "log-level" -> data.text("level") + "\n";
            case "l7-stat" -> new FilterText(screen).stat(data);
            case "l7-services" -> new ServicesText(screen).services(data);
            case "l7-explain" -> new FilterText(screen).explain(data);
            case "version" -> "agent " + data.text("version") + "\n";
            default -> "";
        };
    }

    private String status(JsonValue data) {
        JsonValue node = data.object("node");
        JsonValue agent = data.object("agent");
        JsonValue counts = node.object("counts");
        Paragraph text = new Paragraph(screen.width());
        text.field("node", node.text("name") + (node.isTrue("lighthouse") ? " (lighthouse)" : ""));
        text.field("addresses", String.join(", ", node.texts("networks")));
        if (!node.texts("groups").isEmpty()) {
            text.field("groups", String.join(", ", node.texts("groups")));
        }
        text.field(
                "certificate",
                Certificates.expiry(node, screen, now) + ", CA " + node.text("issuer_name"));
        text.field("fingerprint", node.text("fingerprint"));
        for (JsonValue other : node.objects("other_certificates")) {
            text.field(
                    "version " + other.number("certificate_version"),
                    Certificates.expiry(other, screen, now) + ", CA " + other.text("issuer_name"));
        }
        text.field("device", agent.text("device") + ", UDP " + agent.text("listens"));
        text.field("cipher", node.text("cipher"));
        List<String> lighthouses = new ArrayList<>();
        for (JsonValue each : node.objects("lighthouses")) {
            lighthouses.add(
                    each.text("address")
                            + " "
                            + (each.isTrue("connected")
                                    ? screen.good("connected")
                                    : screen.bad("not connected")));
        }
        text.field("lighthouses", WhyText.listed(lighthouses));
        text.field(
                "peers",
                "%d peers, %d tunnels, %d unconfirmed, %d handshakes pending"
                        .formatted(
                                counts.number("peers"),
                                counts.number("tunnels"),
                                counts.number("unconfirmed"),
                                counts.number("pending_handshakes")));
        text.field(
                "flows",
                "%d of %d tracked, %d evicted"
                        .formatted(
                                counts.number("tracked_flows"),
                                counts.number("max_tracked_flows"),
                                counts.number("evicted_flows")));
        PathText.relays(text, node.object("relays"));
        bundles(text, node);
        text.field(
                "agent",
                "%s, pid %d, up %s, log level %s"
                        .formatted(
                                agent.text("version"),
                                agent.number("pid"),
                                Units.age(agent.number("uptime_ms")),
                                agent.text("log_level")));
        text.field("config", agent.text("config"));
        text.field("last reload", lastReload(agent.object("last_reload")));
        return text.toString();
    }

    private void bundles(Paragraph text, JsonValue node) {
        node.objects("bundles").forEach(bundle -> text.field("revoked", bundle(bundle)));
        node.objects("absent_bundles").forEach(bundle -> text.field("revoked", absent(bundle)));
    }

    private String bundle(JsonValue bundle) {
        String text =
                "bundle %s of %s, %d certificates, issued %s ago"
                        .formatted(
                                bundle.text("number"),
                                bundle.text("ca_name"),
                                bundle.number("revoked"),
                                Units.since(bundle.text("issued"), now));
        return bundle.isTrue("overdue")
                ? text + ", " + screen.bad("the next one is overdue")
                : text;
    }

    private String absent(JsonValue bundle) {
        String what;
        if (bundle.has("offered_by")) {
            what =
                    "no bundle of %s, though %s offers one"
                            .formatted(bundle.text("ca_name"), bundle.text("offered_by"));
        } else if (bundle.text("ca_name").isEmpty()) {
            what =
                    "bundle %s waits for its CA %s, which is not in pki.ca or is blocked"
                            .formatted(bundle.text("number"), bundle.text("ca"));
        } else {
            what =
                    "bundle %s of %s waits: too many other CAs have bundles"
                            .formatted(bundle.text("number"), bundle.text("ca_name"));
        }
        return screen.bad(what);
    }

    private String lastReload(JsonValue reload) {
        if (!reload.has("at")) {
            return "never";
        }
        return (reload.isTrue("applied") ? screen.good("applied") : screen.bad("refused"))
                + " "
                + Units.since(reload.text("at"), now)
                + " ago"
                + (reload.texts("needs_restart").isEmpty() ? "" : ", restart required");
    }

    private String routes(JsonValue data) {
        TextTable table = new TextTable(List.of("NETWORK", "VIA", "MTU", "METRIC", "KERNEL"));
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
                    List.of(
                            route.text("network"),
                            via.isEmpty() ? "overlay" : String.join(", ", via),
                            route.number("mtu") == 0 ? "-" : route.text("mtu"),
                            route.text("metric"),
                            route.isTrue("installed") ? "yes" : "no"));
        }
        return table.render(screen.width());
    }

    private String hosts(JsonValue data) {
        Paragraph text = new Paragraph(screen.width());
        for (JsonValue host : data.objects("hosts")) {
            text.line("  ", String.join(", ", host.texts("addresses")));
            text.field("  ", "tried", WhyText.listed(host.texts("candidates")));
            JsonValue told = host.object("told_by");
            for (String owner : told.names()) {
                text.field("  ", "from", owner + "  " + WhyText.listed(told.texts(owner)));
            }
        }
        return text.isEmpty() ? "no host known\n" : text.toString();
    }

    private String reload(JsonValue data) {
        Paragraph text = new Paragraph(screen.width());
        data.texts("warnings").forEach(warning -> text.line("  ", "warning: " + warning));
        data.texts("problems").forEach(problem -> text.line("  ", "error: " + problem));
        text.line(
                "  ",
                data.isTrue("applied")
                        ? screen.good("applied")
                                + ", changed: "
                                + WhyText.listed(data.texts("changed"))
                        : screen.bad("refused") + ": the old configuration stays");
        if (!data.texts("needs_restart").isEmpty()) {
            text.line(
                    "  ",
                    "restart required for: " + String.join(", ", data.texts("needs_restart")));
        }
        return text.toString();
    }
}
