package dev.asterism.cert.cli;

import io.nayuki.qrcodegen.DataTooLongException;
import io.nayuki.qrcodegen.QrCode;
import io.nayuki.qrcodegen.QrSegment;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * A QR code as PNG (spec certificates.md 7.2): error correction level M, 5 pixels per module, 4 modules
 * of quiet zone, black on white. Written here because javax.imageio would bring java.desktop along.
 */
final class QrPng {

    private static final int PIXELS_PER_MODULE = 5;
    private static final int QUIET_MODULES = 4;
    private static final int ANY_MASK = -1;
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    private QrPng() {}

    static byte[] of(String text) throws ToolException {
        try {
            byte[] content = text.getBytes(StandardCharsets.UTF_8);
            return png(
                    QrCode.encodeSegments(
                            List.of(QrSegment.makeBytes(content)),
                            QrCode.Ecc.MEDIUM,
                            QrCode.MIN_VERSION,
                            QrCode.MAX_VERSION,
                            ANY_MASK,
                            false));
        } catch (DataTooLongException e) {
            throw new ToolException("error while generating qr code: " + e.getMessage());
        }
    }

    private static byte[] png(QrCode code) {
        int side = (code.size + 2 * QUIET_MODULES) * PIXELS_PER_MODULE;
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(SIGNATURE);
        ByteBuffer header = ByteBuffer.allocate(13).putInt(side).putInt(side);
        header.put((byte) 1);
        writeChunk(png, "IHDR", header.array());
        writeChunk(png, "IDAT", deflated(rows(code, side)));
        writeChunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    /** Rows of 1-bit grey, most significant bit first, each after a filter byte 0; a set bit is white. */
    private static byte[] rows(QrCode code, int side) {
        int stride = 1 + (side + 7) / 8;
        byte[] rows = new byte[stride * side];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                boolean isDark =
                        code.getModule(
                                x / PIXELS_PER_MODULE - QUIET_MODULES,
                                y / PIXELS_PER_MODULE - QUIET_MODULES);
                if (!isDark) {
                    rows[y * stride + 1 + x / 8] |= (byte) (0x80 >> x % 8);
                }
            }
        }
        return rows;
    }

    private static byte[] deflated(byte[] content) {
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        byte[] chunk = new byte[4096];
        try (Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION)) {
            deflater.setInput(content);
            deflater.finish();
            while (!deflater.finished()) {
                deflated.write(chunk, 0, deflater.deflate(chunk));
            }
        }
        return deflated.toByteArray();
    }

    private static void writeChunk(ByteArrayOutputStream png, String type, byte[] content) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + content.length).putInt(content.length);
        chunk.put(type.getBytes(StandardCharsets.US_ASCII)).put(content);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, 4 + content.length);
        png.writeBytes(chunk.putInt((int) crc.getValue()).array());
    }
}
