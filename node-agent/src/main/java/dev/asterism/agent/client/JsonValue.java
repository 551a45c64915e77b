package dev.asterism.agent.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.asterism.overlay.text.Printable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of an answer. What is missing or of another kind reads as empty, so that an older
 * client understands a newer agent. Texts come out fit for a terminal: names of peers are theirs to
 * choose.
 */
final class JsonValue {

    private static final JsonFactory JSON = new JsonFactory();

    private final Map<String, Object> fields;

    private JsonValue(Map<String, Object> fields) {
        this.fields = fields;
    }

    static JsonValue parse(String line) throws IOException {
        try (JsonParser parser = JSON.createParser(line)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                return object(parser);
            }
            throw new IOException("the answer is no JSON object");
        }
    }

    private static JsonValue object(JsonParser parser) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, value(parser));
        }
        return new JsonValue(fields);
    }

    private static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> {
                List<Object> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(value(parser));
                }
                yield items;
            }
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> parser.getLongValue();
            default -> String.valueOf(parser.getText());
        };
    }

    boolean has(String name) {
        return fields.containsKey(name);
    }

    String text(String name) {
        Object value = fields.get(name);
        return value == null ? "" : Printable.escaped(value.toString());
    }

    long number(String name) {
        return fields.get(name) instanceof Long value ? value : 0;
    }

    boolean isTrue(String name) {
        return Boolean.TRUE.equals(fields.get(name));
    }

    @Nullable JsonValue find(String name) {
        return fields.get(name) instanceof JsonValue value ? value : null;
    }

    /** An empty object when there is none. */
    JsonValue object(String name) {
        JsonValue found = find(name);
        return found == null ? new JsonValue(Map.of()) : found;
    }

    List<JsonValue> objects(String name) {
        return items(name).stream()
                .filter(JsonValue.class::isInstance)
                .map(JsonValue.class::cast)
                .toList();
    }

    List<String> texts(String name) {
        return items(name).stream().map(Object::toString).map(Printable::escaped).toList();
    }

    private List<?> items(String name) {
        return fields.get(name) instanceof List<?> list ? list : List.of();
    }

    List<String> names() {
        return fields.keySet().stream().map(Printable::escaped).toList();
    }
}
