package dev.asterism.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ControlFuzzTest {

    static Stream<FuzzTarget> targets() {
        return Stream.of(
                FuzzTarget.of("control-request", ControlFuzzTest::check)
                        .seed("{\"v\":1,\"do\":\"status\"}")
                        .seed(
                                "{\"v\":1,\"do\":\"why\",\"src\":\"10.42.0.1\",\"dst\":\"10.42.0.2\",\"port\":22}")
                        .seed("{\"v\":1,\"do\":\"peers\",\"name\":\"\\u00fc\\n\\\"\"}")
                        .seed("[".repeat(1500))
                        .words(
                                "{",
                                "}",
                                "[",
                                "]",
                                ":",
                                ",",
                                "\"v\":1",
                                "\"do\":",
                                "\"a\"",
                                "\\u0000",
                                "\\ud800",
                                "null",
                                "true",
                                "1e999",
                                "-0",
                                "1.5",
                                "9".repeat(300),
                                "\u00ff",
                                "//",
                                "/*")
                        .mayAllocate(256 << 10, 512));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    /** What is taken, written as JSON, is the same request. */
    private static String check(byte[] input) throws IOException {
        ControlRequest request;
        try {
            request = ControlRequest.parse(input, input.length);
        } catch (ControlFailure e) {
            assertThat(e.code()).isEqualTo(ControlFailure.Code.BAD_REQUEST);
            String message = String.valueOf(e.getMessage());
            assertThat(message).isNotBlank();
            return message.substring(0, Math.min(12, message.length()));
        }
        byte[] written = written(request);
        assertThat(ControlRequest.parse(written, written.length)).isEqualTo(request);
        return "request of " + Math.min(3, request.values().size());
    }

    private static byte[] written(ControlRequest request) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("v", ControlRequest.VERSION);
            json.writeStringField("do", request.verb());
            for (Map.Entry<String, String> value : request.values().entrySet()) {
                json.writeStringField(value.getKey(), value.getValue());
            }
            json.writeEndObject();
        }
        return out.toByteArray();
    }
}
