package dev.asterism.l7.telemetry;

import com.google.protobuf.CodedOutputStream;
import dev.asterism.l7.telemetry.SpanRecord.Field;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Spans as an ExportTraceServiceRequest of OTLP 1 in protobuf: opentelemetry/proto/trace/v1/trace.proto. Numbers are
 * those of the fields there.
 */
final class OtlpTraces {

    private static final String SCOPE = "asterism.l7";
    private static final int ERROR = 2;

    private OtlpTraces() {}

    /** Writes the fields of one message. */
    @FunctionalInterface
    private interface Message {
        void write(CodedOutputStream out) throws IOException;
    }

    static byte[] bytes(List<SpanRecord> spans, String self, long epochNanos) {
        return bytes(
                request ->
                        message(
                                request,
                                1,
                                resource -> {
                                    message(resource, 1, out -> resource(out, self));
                                    message(resource, 2, out -> scope(out, spans, epochNanos));
                                }));
    }

    private static void resource(CodedOutputStream out, String self) throws IOException {
        attribute(out, 1, new Field("service.name", "asterism"));
        attribute(out, 1, new Field("service.instance.id", self));
    }

    private static void scope(CodedOutputStream out, List<SpanRecord> spans, long epochNanos)
            throws IOException {
        message(out, 1, scope -> scope.writeString(1, SCOPE));
        for (SpanRecord span : spans) {
            message(out, 2, one -> span(one, span, epochNanos));
        }
    }

    private static void span(CodedOutputStream out, SpanRecord span, long epochNanos)
            throws IOException {
        out.writeByteArray(
                1, ByteBuffer.allocate(16).putLong(span.high()).putLong(span.low()).array());
        out.writeByteArray(2, id(span.span()));
        if (span.parent() != 0) {
            out.writeByteArray(4, id(span.parent()));
        }
        out.writeString(5, span.name());
        out.writeEnum(6, span.kind().number());
        out.writeFixed64(7, epochNanos + span.startNanos());
        out.writeFixed64(8, epochNanos + span.endNanos());
        for (Field field : span.fields()) {
            attribute(out, 9, field);
        }
        if (span.failed()) {
            message(
                    out,
                    15,
                    status -> {
                        status.writeString(2, span.message());
                        status.writeEnum(3, ERROR);
                    });
        }
        out.writeFixed32(16, 1); // sampled
    }

    private static byte[] id(long span) {
        return ByteBuffer.allocate(8).putLong(span).array();
    }

    private static void attribute(CodedOutputStream out, int number, Field field)
            throws IOException {
        message(
                out,
                number,
                pair -> {
                    pair.writeString(1, field.key());
                    message(pair, 2, value -> value(value, field.value()));
                });
    }

    private static void value(CodedOutputStream out, Object value) throws IOException {
        switch (value) {
            case Long number -> out.writeInt64(3, number);
            case List<?> texts ->
                    message(
                            out,
                            5,
                            array -> {
                                for (Object text : texts) {
                                    message(array, 1, one -> value(one, text));
                                }
                            });
            default -> out.writeString(1, value.toString());
        }
    }

    private static void message(CodedOutputStream out, int number, Message message)
            throws IOException {
        out.writeByteArray(number, bytes(message));
    }

    private static byte[] bytes(Message message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            message.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory has no such faults
        }
        return bytes.toByteArray();
    }
}
