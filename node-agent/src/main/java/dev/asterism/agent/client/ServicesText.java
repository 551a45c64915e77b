package dev.asterism.agent.client;

import java.util.ArrayList;
import java.util.List;

/** Advertised services, as text for people. */
final class ServicesText {

    private final Screen screen;

    ServicesText(Screen screen) {
        this.screen = screen;
    }

    String services(JsonValue data) {
        StringBuilder text = new StringBuilder();
        for (JsonValue lighthouse : data.objects("lighthouses")) {
            String state = lighthouse.text("state");
            String said =
                    switch (state) {
                        case "tells" -> screen.good("tells of services");
                        case "silent" -> screen.bad("does not answer");
                        case "stock" -> "does not know of services (stock)";
                        default -> screen.bad("no tunnel");
                    };
            text.append("lighthouse ").append(lighthouse.text("address")).append(": ");
            text.append(said).append('\n');
        }
        advertised(data.objects("advertised"), text);
        called(data.objects("called"), text);
        if (data.objects("advertised").isEmpty() && data.objects("called").isEmpty()) {
            text.append("this node advertises no service, and calls none by `advertised`\n");
        }
        return text.toString();
    }

    private void advertised(List<JsonValue> all, StringBuilder text) {
        if (all.isEmpty()) {
            return;
        }
        TextTable table =
                new TextTable(
                        List.of("ADVERTISED", "VERSION", "PORT", "WEIGHT", "HEALTH", "TAKEN"));
        for (JsonValue one : all) {
            String health = one.isTrue("healthy") ? "healthy" : "unhealthy: " + one.text("fault");
            table.row(
                    List.of(
                            one.text("service"),
                            orDash(one.text("version")),
                            one.text("port"),
                            one.text("weight"),
                            health,
                            taken(one)));
        }
        text.append(table.render(screen.width()));
    }

    private static String taken(JsonValue one) {
        if (!one.isTrue("allowed")) {
            return "no: this node's certificate has no group " + one.text("service");
        }
        List<String> said = new ArrayList<>();
        List<String> taken = one.texts("taken_by");
        if (!taken.isEmpty()) {
            said.add("by " + String.join(", ", taken));
        }
        one.texts("refused").forEach(refusal -> said.add("refused by " + refusal));
        return said.isEmpty() ? "not yet, by no lighthouse" : String.join("; ", said);
    }

    private void called(List<JsonValue> all, StringBuilder text) {
        if (all.isEmpty()) {
            return;
        }
        for (JsonValue one : all) {
            String service = one.text("service");
            String source =
                    switch (one.text("source")) {
                        case "lighthouse" -> "who offers it, as lighthouses say";
                        case "last_known" ->
                                "who offered it when a lighthouse last answered; none answers now";
                        case "groups" ->
                                "live peers with the group " + service + ", as " + one.text("why");
                        default -> "no lighthouse has said yet who offers it";
                    };
            text.append(service).append(": ").append(source).append('\n');
            TextTable table =
                    new TextTable(
                            List.of("  HOST", "ADDRESS", "PORT", "VERSION", "WEIGHT", "STATE"));
            for (JsonValue endpoint : one.objects("endpoints")) {
                table.row(
                        List.of(
                                "  " + endpoint.text("name"),
                                endpoint.text("address"),
                                endpoint.text("port"),
                                orDash(endpoint.text("version")),
                                endpoint.text("weight"),
                                state(endpoint.text("state"), service)));
            }
            if (!one.objects("endpoints").isEmpty()) {
                text.append(table.render(screen.width()));
            } else if (!one.text("source").equals("waiting")) {
                text.append("  no node\n");
            }
        }
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private static String state(String state, String service) {
        return switch (state) {
            case "usable" -> "usable";
            case "unhealthy" -> "left out: unhealthy by its own check";
            case "withdrawn" -> "withdrawn";
            case "no_tunnel" -> "left out: no tunnel to it";
            default -> "refused: its certificate has no group " + service;
        };
    }
}
