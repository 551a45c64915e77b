package dev.asterism.overlay.cert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** A JSON file of {@code src/test/resources/certificates}. */
public final class VectorFile {

    private VectorFile() {}

    static JsonNode read(String name) {
        try (InputStream in = VectorFile.class.getResourceAsStream("/certificates/" + name)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, JsonNode> certificates() {
        return fields(read("certificates.json").get("certificates"));
    }

    public static JsonNode certificate(String name) {
        return read("certificates.json").get("certificates").required(name);
    }

    static Map<String, JsonNode> fields(JsonNode object) {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        object.properties().forEach(entry -> fields.put(entry.getKey(), entry.getValue()));
        return fields;
    }

    static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
    }
}
