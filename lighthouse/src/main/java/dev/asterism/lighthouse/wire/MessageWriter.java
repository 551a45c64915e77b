package dev.asterism.lighthouse.wire;

import com.google.protobuf.CodedOutputStream;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Ascending field numbers, zero values left out, as the recorded nodes write it. */
final class MessageWriter {

    private MessageWriter() {}

    private interface Content {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    static byte[] write(LighthouseMessage message) {
        return bytes(
                out -> {
                    writeUInt32(out, 1, message.kind().number());
                    out.writeByteArray(2, bytes(details -> writeDetails(details, message)));
                });
    }

    private static void writeDetails(CodedOutputStream out, LighthouseMessage message)
            throws IOException {
        boolean v1 = message.form() == AddressForm.V1;
        Ip overlay = message.overlay();
        if (v1 && overlay != null) {
            writeUInt32(out, 1, overlay.ipv4());
        }
        for (UnderlayAddr address : message.ipv4()) {
            out.writeByteArray(2, ipv4Port(address));
        }
        for (UnderlayAddr address : message.ipv6()) {
            out.writeByteArray(4, ipv6Port(address));
        }
        if (v1) {
            writeOldRelays(out, message.relays());
            return;
        }
        if (overlay != null) {
            out.writeByteArray(6, address(overlay));
        }
        for (Ip relay : message.relays()) {
            out.writeByteArray(7, address(relay));
        }
    }

    private static void writeOldRelays(CodedOutputStream out, List<Ip> relays) throws IOException {
        byte[] packed =
                bytes(
                        list -> {
                            for (Ip relay : relays) {
                                if (relay.isIpv4()) {
                                    list.writeUInt32NoTag(relay.ipv4());
                                }
                            }
                        });
        if (packed.length > 0) {
            out.writeByteArray(5, packed);
        }
    }

    private static byte[] ipv4Port(UnderlayAddr address) {
        return bytes(
                out -> {
                    writeUInt32(out, 1, address.ip().ipv4());
                    writeUInt32(out, 2, address.port());
                });
    }

    private static byte[] ipv6Port(UnderlayAddr address) {
        return bytes(
                out -> {
                    writeUInt64(out, 1, address.ip().hi());
                    writeUInt64(out, 2, address.ip().lo());
                    writeUInt32(out, 3, address.port());
                });
    }

    private static byte[] address(Ip ip) {
        return bytes(
                out -> {
                    writeUInt64(out, 1, ip.hi());
                    writeUInt64(out, 2, ip.lo());
                });
    }

    private static void writeUInt32(CodedOutputStream out, int field, int value)
            throws IOException {
        if (value != 0) {
            out.writeUInt32(field, value);
        }
    }

    private static void writeUInt64(CodedOutputStream out, int field, long value)
            throws IOException {
        if (value != 0) {
            out.writeUInt64(field, value);
        }
    }

    private static byte[] bytes(Content content) {
        ByteArrayOutputStream sink = new ByteArrayOutputStream(64);
        CodedOutputStream out = CodedOutputStream.newInstance(sink, 64);
        try {
            content.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("an array in memory refused bytes", e);
        }
        return sink.toByteArray();
    }
}
