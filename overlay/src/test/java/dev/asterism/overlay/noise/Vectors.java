package dev.asterism.overlay.noise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Reads the files below {@code src/test/resources/noise}; see the README there. */
public final class Vectors {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Vectors() {}

    /** A JSON file, unpacked when its name ends in gz. */
    public static JsonNode json(String name) {
        try {
            return JSON.readTree(text(name));
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    /** A file with one JSON object a line. */
    public static List<JsonNode> jsonLines(String name) {
        List<JsonNode> lines = new ArrayList<>();
        try {
            for (String line : text(name).lines().toList()) {
                lines.add(JSON.readTree(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
        return lines;
    }

    public static String text(String name) {
        try (InputStream raw = Vectors.class.getResourceAsStream("/noise/" + name)) {
            if (raw == null) {
                throw new IllegalArgumentException("no resource " + name);
            }
            InputStream in = name.endsWith(".gz") ? new GZIPInputStream(raw) : raw;
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    /** Every test of a Wycheproof file. */
    public static List<JsonNode> wycheproof(String name) {
        List<JsonNode> tests = new ArrayList<>();
        for (JsonNode group : json("wycheproof/" + name + ".json.gz").get("testGroups")) {
            group.get("tests").forEach(tests::add);
        }
        return tests;
    }

    public static byte[] hex(JsonNode object, String field) {
        return hex(object.get(field).asText());
    }

    public static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
