package dev.asterism.agent.client;

import java.util.ArrayList;
import java.util.List;

/** Why a path was chosen, what else was tried, and what relays did, for people. */
final class PathText {

    private PathText() {}

    static void choice(Paragraph text, String indent, JsonValue peer) {
        if (!peer.has("path_why")) {
            return; // an agent of an earlier version
        }
        text.field(indent, "why", peer.text("path_why"));
        if (peer.has("path_pin")) {
            text.field(indent, "pinned by", peer.text("path_pin"));
        }
        for (String pin : peer.texts("path_pins_not_used")) {
            text.field(indent, "not used", pin + ", as the entry above comes first");
        }
        for (JsonValue one : peer.objects("tried")) {
            text.field(indent, "tried", tried(one));
        }
    }

    private static String tried(JsonValue one) {
        List<String> parts = new ArrayList<>();
        if (one.isTrue("in_use")) {
            parts.add("in use");
        }
        if (one.isTrue("answered")) {
            parts.add("answered " + Units.age(one.number("answered_ms")) + " ago");
        } else {
            parts.add("no answer");
            if (one.has("tried_ms")) {
                parts.add("last tried " + Units.age(one.number("tried_ms")) + " ago");
            }
            if (one.has("answered_ms")) {
                parts.add("last answer " + Units.age(one.number("answered_ms")) + " ago");
            }
        }
        if (one.has("rtt_us")) {
            parts.add("round trip " + Units.millis(one.number("rtt_us")));
        }
        if (one.number("tests") > 0) {
            parts.add(
                    "%d of %d tests lost".formatted(one.number("tests_lost"), one.number("tests")));
        }
        return one.text("path") + ": " + String.join(", ", parts);
    }

    /** Nothing where no relay was ever used or asked for. */
    static void relays(Paragraph text, JsonValue relays) {
        role(text, "by relays", relays.object("terminal"));
        role(text, "relay for", relays.object("forwarding"));
        JsonValue refused = relays.object("refused");
        List<String> reasons = new ArrayList<>();
        for (String name : refused.names()) {
            reasons.add(refused.number(name) + " " + name);
        }
        if (!reasons.isEmpty()) {
            text.field("refused", "relay messages: " + String.join(", ", reasons));
        }
    }

    private static void role(Paragraph text, String title, JsonValue role) {
        if (role.number("entries") + role.number("packets_in") + role.number("packets_out") == 0) {
            return;
        }
        text.field(
                title,
                "%d entries, in %d packets %s, out %d packets %s"
                        .formatted(
                                role.number("entries"),
                                role.number("packets_in"),
                                Units.bytes(role.number("bytes_in")),
                                role.number("packets_out"),
                                Units.bytes(role.number("bytes_out"))));
    }
}
