package dev.asterism.cert.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/** Reads the whole lines of a record in blocks, each byte once, and goes on later with what was appended. */
final class LinesOnward {

    private static final int BLOCK = 1 << 16;

    private final Taker taker;
    private final StringBuilder line = new StringBuilder();
    private long readTo;

    /** Gets each line without its newline; the text is the reader's and changes after the call. */
    @FunctionalInterface
    interface Taker {
        void take(StringBuilder line) throws IOException;
    }

    LinesOnward(Taker taker) {
        this.taker = taker;
    }

    /**
     * @param end of the last whole line
     */
    void readUpTo(long end, FileChannel record) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        while (readTo < end) {
            block.clear().limit((int) Math.min(BLOCK, end - readTo));
            int count = record.read(block, readTo);
            if (count <= 0) {
                return;
            }
            readTo += count;
            take(new String(block.array(), 0, count, StandardCharsets.US_ASCII));
        }
    }

    private void take(String text) throws IOException {
        int from = 0;
        int newline = text.indexOf('\n');
        while (newline >= 0) {
            line.append(text, from, newline);
            taker.take(line);
            line.setLength(0);
            from = newline + 1;
            newline = text.indexOf('\n', from);
        }
        line.append(text, from, text.length());
    }
}
