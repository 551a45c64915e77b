package dev.asterism.agent.l7;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.asterism.lighthouse.services.ServiceEntry;
import dev.asterism.lighthouse.services.ServicesView;
import dev.asterism.lighthouse.services.ServicesView.Endpoint;
import dev.asterism.lighthouse.services.ServicesView.Wanted;
import dev.asterism.overlay.discovery.OfferedService;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** What {@code l7 services} answers. */
final class ServicesJson {

    private ServicesJson() {}

    /**
     * Writes fields.
     *
     * @param own what this node's checks say
     */
    static void write(ToldServices told, MeshServices own, JsonGenerator json) throws IOException {
        ServicesView view = told.view();
        json.writeArrayFieldStart("lighthouses");
        for (ServicesView.LighthouseState lighthouse : view.lighthouses()) {
            json.writeStartObject();
            json.writeStringField("address", lighthouse.address().toString());
            json.writeStringField("state", word(lighthouse.role()));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("advertised");
        for (ServicesView.Own one : view.own()) {
            advertised(one, own, json);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("called");
        for (Map.Entry<String, Wanted> one : told.sorted().entrySet()) {
            called(one.getKey(), one.getValue(), told, json);
        }
        json.writeEndArray();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static void advertised(ServicesView.Own one, MeshServices own, JsonGenerator json)
            throws IOException {
        OfferedService service = one.service();
        json.writeStartObject();
        json.writeStringField("service", service.name());
        json.writeStringField("version", service.version());
        json.writeNumberField("port", service.port());
        json.writeNumberField("weight", service.weight());
        json.writeBooleanField("healthy", service.healthy());
        json.writeStringField("fault", own.fault(service.name()));
        json.writeBooleanField("allowed", one.allowed());
        json.writeArrayFieldStart("taken_by");
        for (String lighthouse : one.takenBy()) {
            json.writeString(lighthouse);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("refused");
        for (String refusal : one.refused()) {
            json.writeString(refusal);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void called(String name, Wanted wanted, ToldServices told, JsonGenerator json)
            throws IOException {
        String fallback = told.view().fallback();
        String source =
                wanted.lastGood()
                        ? "last_known"
                        : wanted.known() ? "lighthouse" : fallback.isEmpty() ? "waiting" : "groups";
        json.writeStartObject();
        json.writeStringField("service", name);
        json.writeStringField("source", source);
        json.writeStringField("why", wanted.known() ? "" : fallback);
        json.writeArrayFieldStart("endpoints");
        for (Endpoint one : wanted.endpoints()) {
            ServiceEntry entry = one.entry();
            json.writeStartObject();
            json.writeStringField("name", told.name(entry.host()));
            json.writeStringField("address", entry.host().toString());
            json.writeNumberField("port", entry.port());
            json.writeStringField("version", entry.version());
            json.writeNumberField("weight", entry.weight());
            json.writeStringField("state", word(one.verdict()));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
