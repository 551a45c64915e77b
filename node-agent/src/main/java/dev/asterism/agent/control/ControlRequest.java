package dev.asterism.agent.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One request: a flat JSON object of texts and whole numbers with {@code v} and {@code do}.
 *
 * @param verb value of {@code do}
 * @param values of all other fields, numbers as text
 */
record ControlRequest(String verb, Map<String, String> values) {

    static final int VERSION = 1;

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    /** Reads one line without its end; throws {@link ControlFailure} for anything else than a request. */
    static ControlRequest parse(byte[] line, int length) {
        Map<String, String> values = new LinkedHashMap<>();
        try (JsonParser parser = JSON.createParser(line, 0, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw bad("a request is a JSON object in one line");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value != JsonToken.VALUE_STRING && value != JsonToken.VALUE_NUMBER_INT) {
                    throw bad("\"" + name + "\" must be a text or a whole number");
                }
                values.put(name, parser.getText());
            }
            if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
                throw bad("a request is one JSON object in one line");
            }
        } catch (IOException e) {
            throw bad("not JSON: " + firstLine(String.valueOf(e.getMessage())));
        }
        String version = values.remove("v");
        if (!Integer.toString(VERSION).equals(version)) {
            throw bad("\"v\" must be " + VERSION);
        }
        String verb = values.remove("do");
        if (verb == null) {
            throw bad("\"do\" is missing");
        }
        return new ControlRequest(verb, values);
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    private static ControlFailure bad(String message) {
        return new ControlFailure(ControlFailure.Code.BAD_REQUEST, message);
    }

    /** Empty when it was not given. */
    String value(String name) {
        return values.getOrDefault(name, "");
    }
}
