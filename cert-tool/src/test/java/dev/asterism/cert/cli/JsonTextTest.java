package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bytes of Go's encoder. */
class JsonTextTest {

    @Test
    void escapesWhatGoEscapes() {
        for (char c = 0; c < 0x3000; c++) {
            assertThat(JsonText.compact(Character.toString(c)))
                    .as("character %04x", (int) c)
                    .isEqualTo('"' + go(c) + '"');
        }
    }

    /** As encoding/json of Go 1.22 and later. */
    private static String go(char c) {
        return switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\b' -> "\\b";
            case '\f' -> "\\f";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default ->
                    c < ' ' || "<>&\u2028\u2029".indexOf(c) >= 0
                            ? String.format("\\u%04x", (int) c)
                            : Character.toString(c);
        };
    }

    @Test
    void leavesCharactersBeyondTheFirstPlaneAlone() {
        assertThat(JsonText.compact("a\ud83d\ude80b")).isEqualTo("\"a\ud83d\ude80b\"");
    }

    @Test
    void writesALongTextWhole() {
        String text = "<x>".repeat(10_000);
        assertThat(JsonText.compact(text)).isEqualTo('"' + "\\u003cx\\u003e".repeat(10_000) + '"');
    }

    @Test
    void indentsByTabsAndKeepsEmptyListsShort() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("b<", List.of());
        map.put("a", List.of("x", true, 2));
        map.put("c", Map.of("d", 1));

        assertThat(JsonText.compact(map))
                .isEqualTo("{\"b\\u003c\":[],\"a\":[\"x\",true,2],\"c\":{\"d\":1}}");
        assertThat(JsonText.indented(map))
                .isEqualTo(
                        "{\n\t\"b\\u003c\": [],\n\t\"a\": [\n\t\t\"x\",\n\t\ttrue,\n\t\t2\n\t],\n"
                                + "\t\"c\": {\n\t\t\"d\": 1\n\t}\n}");
    }
}
