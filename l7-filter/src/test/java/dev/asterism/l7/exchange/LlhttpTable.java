package dev.asterism.l7.exchange;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;

/** Rows of llhttp's own tests: what it makes of some bytes, and what we do. */
record LlhttpTable(String group, String title, String llhttp, String ours, String bytes) {

    /** {@code requests} or {@code responses}. */
    static Stream<LlhttpTable> rows(String name) {
        String file = "/llhttp/" + name + ".tsv";
        try (InputStream in =
                Objects.requireNonNull(LlhttpTable.class.getResourceAsStream(file), file)) {
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return text.lines().filter(line -> line.charAt(0) != '#').map(LlhttpTable::row);
        } catch (IOException e) {
            throw new AssertionError(file, e);
        }
    }

    private static LlhttpTable row(String line) {
        String[] columns = line.split("\t", -1);
        return new LlhttpTable(
                columns[0], columns[1], columns[2], columns[3], unescaped(columns[4]));
    }

    private static String unescaped(String text) {
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                bytes.append(c);
                continue;
            }
            char kind = text.charAt(++i);
            switch (kind) {
                case 'r' -> bytes.append('\r');
                case 'n' -> bytes.append('\n');
                case 't' -> bytes.append('\t');
                case 'x' -> {
                    bytes.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> bytes.append(kind);
            }
        }
        return bytes.toString();
    }

    /**
     * Most requests of llhttp's tests name no host, which alone would have them refused; so each head of HTTP/1.1
     * without one gets one.
     */
    String withHost() {
        if (bytes.toLowerCase(java.util.Locale.ROOT).contains("host:")) {
            return bytes;
        }
        return bytes.replaceAll(" HTTP/1\\.1\r\n", " HTTP/1.1\r\nHost: h\r\n");
    }

    @Override
    public String toString() {
        return group + ": " + title;
    }
}
