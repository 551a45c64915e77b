package dev.asterism.agent.control;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.asterism.agent.control.RevocationView.AbsentView;
import dev.asterism.agent.control.RevocationView.BundleView;
import dev.asterism.overlay.view.RefusedPeerView;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** What is revoked as fields of a JSON object, as docs/control.md lists them. */
final class RevocationJson {

    private RevocationJson() {}

    static void bundles(JsonGenerator json, RevocationView revocation) throws IOException {
        json.writeArrayFieldStart("bundles");
        for (BundleView bundle : revocation.bundles()) {
            json.writeStartObject();
            json.writeStringField("ca", bundle.ca());
            json.writeStringField("ca_name", bundle.caName());
            json.writeStringField("number", bundle.number());
            json.writeStringField("issued", bundle.issued().toString());
            Instant due = bundle.nextDue();
            if (due != null) {
                json.writeStringField("next_due", due.toString());
                json.writeBooleanField("overdue", bundle.overdue());
            }
            json.writeNumberField("revoked", bundle.revoked());
            json.writeStringField("delegation_ends", bundle.delegationEnds().toString());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void absent(JsonGenerator json, RevocationView revocation) throws IOException {
        json.writeArrayFieldStart("absent_bundles");
        for (AbsentView absent : revocation.absent()) {
            json.writeStartObject();
            json.writeStringField("ca", absent.ca());
            json.writeStringField("ca_name", absent.caName());
            if (!absent.number().isEmpty()) {
                json.writeStringField("number", absent.number());
            }
            if (!absent.offeredBy().isEmpty()) {
                json.writeStringField("offered_by", absent.offeredBy());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void refused(JsonGenerator json, List<RefusedPeerView> refused) throws IOException {
        json.writeArrayFieldStart("refused");
        for (RefusedPeerView peer : refused) {
            json.writeStartObject();
            json.writeStringField("name", peer.name());
            ViewJson.texts(json, "addresses", peer.addresses());
            json.writeStringField("fingerprint", peer.fingerprint());
            json.writeStringField("by", peer.by());
            ViewJson.age(json, "age_ms", peer.age());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
