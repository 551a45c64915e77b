package dev.asterism.cert.rotate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.asterism.cert.file.DurableFile;
import dev.asterism.overlay.cert.Fingerprint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The state of a rotation on disk: one JSON object, replaced as a whole. */
public final class RotationFile {

    private static final JsonFactory JSON = new JsonFactory();

    private RotationFile() {}

    public static void write(Path file, Rotation rotation) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeNumberField("v", 1);
            json.writeStringField("oldCa", rotation.oldCa().toString());
            json.writeStringField("newCa", rotation.newCa().toString());
            json.writeStringField("newCrt", rotation.newCrt());
            json.writeBooleanField("retired", rotation.isRetired());
            json.writeObjectFieldStart("hosts");
            for (Map.Entry<String, HostProgress> host : rotation.hosts().entrySet()) {
                json.writeStringField(host.getKey(), host.getValue().toString());
            }
            json.writeEndObject();
            json.writeEndObject();
            json.writeRaw('\n');
        }
        DurableFile.replace(file, out.toByteArray());
        DurableFile.syncFolder(DurableFile.folderOf(file));
    }

    /**
     * @throws IOException when it cannot be read, or is not such a file
     */
    public static Rotation read(Path file) throws IOException {
        Map<String, String> fields = new HashMap<>();
        SortedMap<String, HostProgress> hosts = new TreeMap<>();
        try (JsonParser json = JSON.createParser(Files.readAllBytes(file))) {
            require(json.nextToken() == JsonToken.START_OBJECT, file);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (json.nextToken() == JsonToken.START_OBJECT) {
                    readHosts(json, file, hosts);
                } else {
                    fields.put(name, String.valueOf(json.getValueAsString()));
                }
            }
        }
        Fingerprint oldCa = Fingerprint.parse(fields.getOrDefault("oldCa", ""));
        Fingerprint newCa = Fingerprint.parse(fields.getOrDefault("newCa", ""));
        String newCrt = fields.getOrDefault("newCrt", "");
        if (!"1".equals(fields.get("v")) || oldCa == null || newCa == null || newCrt.isEmpty()) {
            throw unreadable(file);
        }
        boolean isRetired = Boolean.parseBoolean(fields.get("retired"));
        return new Rotation(oldCa, newCa, newCrt, isRetired, hosts);
    }

    private static void readHosts(JsonParser json, Path file, SortedMap<String, HostProgress> hosts)
            throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            HostProgress progress = HostProgress.parse(String.valueOf(json.getValueAsString()));
            if (progress == null) {
                throw unreadable(file);
            }
            hosts.put(name, progress);
        }
    }

    private static void require(boolean holds, Path file) throws IOException {
        if (!holds) {
            throw unreadable(file);
        }
    }

    private static IOException unreadable(Path file) {
        return new IOException(file + " is not the state of a rotation, or of a newer version");
    }
}
