package dev.asterism.agent.client;

import dev.asterism.overlay.packet.IpPacket;
import java.time.Instant;
import java.util.List;

/** What becomes of a packet, and what became of real ones, for people. */
final class WhyText {

    private final Screen screen;
    private final Instant now;

    WhyText(Screen screen, Instant now) {
        this.screen = screen;
        this.now = now;
    }

    String why(JsonValue data) {
        Paragraph text = new Paragraph(screen.width());
        JsonValue last = data.find("last");
        if (last != null) {
            last(text, data, last);
        } else {
            text.field("packet", packet(data, ""));
        }
        if (!data.text("route").isEmpty()) {
            text.field("route", data.text("route"));
        }
        JsonValue peer = data.find("peer");
        if (peer != null) {
            text.field(
                    "peer",
                    peer.text("name")
                            + " "
                            + listed(peer.texts("addresses"))
                            + ", groups "
                            + listed(peer.texts("groups")));
            text.field(
                    "certificate",
                    Certificates.expiry(peer, screen, now) + ", CA " + peer.text("issuer_name"));
            text.field("path", PeersText.path(peer));
        }
        JsonValue pending = data.find("handshake");
        if (pending != null) {
            text.field("handshake", pending.text("reason"));
        }
        text.field(last == null ? "verdict" : "now", verdict(data));
        JsonValue rule = data.find("rule");
        if (rule != null) {
            text.field("rule", place(rule));
        }
        for (JsonValue miss : data.objects("closest")) {
            text.field("closest", place(miss));
            miss.texts("failed").forEach(failed -> text.field("  ", "", failed));
        }
        return text.toString();
    }

    private void last(Paragraph text, JsonValue data, JsonValue last) {
        String sourcePort = last.text("source_port");
        boolean admitted = last.isTrue("admitted");
        text.field(
                admitted ? "last flow" : "last packet",
                packet(data, sourcePort) + ", " + Units.age(last.number("age_ms")) + " ago");
        text.field("verdict", verdict(last));
        if (!last.text("rules").isEmpty()) {
            text.field("rules then", last.text("rules"));
        }
    }

    private String verdict(JsonValue judged) {
        return judged.isTrue("admitted")
                ? screen.good("admitted")
                : screen.bad("refused") + ": " + judged.text("reason");
    }

    private static String packet(JsonValue data, String sourcePort) {
        return "%s%s -> %s%s %s, %s"
                .formatted(
                        data.text("src"),
                        sourcePort.isEmpty() ? "" : " port " + sourcePort,
                        data.text("dst"),
                        data.number("port") == 0 ? "" : " port " + data.text("port"),
                        IpPacket.protocolName((int) data.number("protocol")),
                        data.text("direction").equals("in") ? "inbound" : "outbound");
    }

    String drops(JsonValue data) {
        Paragraph text = new Paragraph(screen.width());
        for (JsonValue drop : data.objects("drops")) {
            boolean in = drop.text("direction").equals("in");
            String local = endpoint(drop.text("local_addr"), drop.text("local_port"));
            String remote = endpoint(drop.text("remote_addr"), drop.text("remote_port"));
            text.line(
                    "    ",
                    "%s ago  %s  %s  %s -> %s  %s"
                            .formatted(
                                    Units.since(drop.text("at"), now),
                                    in ? "in " : "out",
                                    drop.text("peer"),
                                    in ? remote : local,
                                    in ? local : remote,
                                    IpPacket.protocolName((int) drop.number("protocol"))));
            text.field("  ", "", drop.text("reason") + "; " + drop.text("rules"));
        }
        return text.isEmpty() ? "no packet was refused\n" : text.toString();
    }

    private static String endpoint(String address, String port) {
        return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port;
    }

    private static String place(JsonValue rule) {
        return rule.text("label") + "  " + rule.text("file") + ":" + rule.text("line");
    }

    static String listed(List<String> items) {
        return items.isEmpty() ? "none" : String.join(", ", items);
    }
}
