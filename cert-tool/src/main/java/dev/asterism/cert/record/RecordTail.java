package dev.asterism.cert.record;

import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Where the record ends: what stands behind the last newline was never acknowledged to anybody.
 *
 * @param end behind the last whole line, in bytes
 * @param digest of that line without its newline, in hex
 */
record RecordTail(long end, String digest) {

    /** A certificate has at most 64 KiB, and its line twice that and names that are escaped. */
    static final int LONGEST_LINE = 1 << 20;

    private static final int FIRST_LOOK = 1 << 12;

    static RecordTail of(Path file, FileChannel record) throws IOException {
        long size = record.size();
        int look = FIRST_LOOK;
        while (true) {
            int length = (int) Math.min(look, size);
            byte[] last = new byte[length];
            record.read(ByteBuffer.wrap(last), size - length);
            int end = newlineBefore(last, length);
            int start = end < 0 ? -1 : newlineBefore(last, end);
            boolean seesAll = length == size;
            if (end >= 0 && (start >= 0 || seesAll)) {
                String digest = digestOf(last, start + 1, end - start - 1);
                return new RecordTail(size - length + end + 1, digest);
            }
            if (seesAll) {
                return new RecordTail(0, RecordLine.NO_LINE_BEFORE);
            }
            if (look > LONGEST_LINE) {
                throw new IOException(file + " has a line that is too long to be one of its own");
            }
            look *= 8;
        }
    }

    private static int newlineBefore(byte[] bytes, int end) {
        for (int i = end - 1; i >= 0; i--) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    static String digestOf(byte[] line, int from, int length) {
        return Fingerprint.of(Bytes.copyOf(line, from, length)).toString();
    }
}
