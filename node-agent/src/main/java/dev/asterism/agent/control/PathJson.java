package dev.asterism.agent.control;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.asterism.overlay.view.PathView;
import dev.asterism.overlay.view.RelaysView;
import java.io.IOException;
import java.time.Duration;

/** Paths and relays as JSON. */
final class PathJson {

    private PathJson() {}

    static void choice(JsonGenerator json, PathView.Choice choice) throws IOException {
        json.writeStringField("path_why", choice.why());
        if (choice.pin() != null) {
            json.writeStringField("path_pin", choice.pin());
        }
        ViewJson.texts(json, "path_pins_not_used", choice.pinsNotUsed());
        json.writeArrayFieldStart("tried");
        for (PathView.Tried one : choice.tried()) {
            tried(json, one);
        }
        json.writeEndArray();
    }

    private static void tried(JsonGenerator json, PathView.Tried one) throws IOException {
        json.writeStartObject();
        json.writeStringField("path", one.path());
        json.writeBooleanField("in_use", one.inUse());
        json.writeBooleanField("answered", one.isAnswered());
        ViewJson.age(json, "tried_ms", one.tried());
        ViewJson.age(json, "answered_ms", one.answered());
        Duration rtt = one.rtt();
        if (rtt != null) {
            json.writeNumberField("rtt_us", rtt.toNanos() / 1_000);
        }
        json.writeNumberField("tests", one.tests());
        json.writeNumberField("tests_lost", one.testsLost());
        json.writeEndObject();
    }

    static void relays(JsonGenerator json, RelaysView totals) throws IOException {
        json.writeObjectFieldStart("relays");
        for (RelaysView.Role role : totals.roles()) {
            json.writeObjectFieldStart(role.role());
            json.writeNumberField("entries", role.entries());
            json.writeNumberField("packets_in", role.packetsIn());
            json.writeNumberField("packets_out", role.packetsOut());
            json.writeNumberField("bytes_in", role.bytesIn());
            json.writeNumberField("bytes_out", role.bytesOut());
            json.writeEndObject();
        }
        json.writeObjectFieldStart("refused");
        for (var one : totals.refused().entrySet()) {
            json.writeNumberField(one.getKey(), one.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }
}
