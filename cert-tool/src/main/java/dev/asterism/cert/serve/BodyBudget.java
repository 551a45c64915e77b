package dev.asterism.cert.serve;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/**
 * Bounds the memory of all messages that are being read or worked on. Each may have its first {@value #SMALL} bytes,
 * which is more than an honest request has; what is larger shares a common number of bytes, and is turned away when
 * these are in use. So slow large messages cost a known amount and do not keep small ones out. Any thread.
 */
final class BodyBudget {

    /** What every connection may have without asking. */
    static final int SMALL = 8 * 1024;

    private final int largest;
    private final Semaphore common;

    /**
     * @param largest bytes of one message
     * @param common bytes beyond the small ones, of all messages together
     */
    BodyBudget(int largest, int common) {
        this.largest = largest;
        this.common = new Semaphore(common);
    }

    /** No room for a large message; a later attempt may find some. */
    static final class FullException extends IOException {

        private static final long serialVersionUID = 1L;

        private FullException() {
            super("too many large messages at once");
        }
    }

    /** More than one message may have. */
    static final class TooLargeException extends IOException {

        private static final long serialVersionUID = 1L;

        private TooLargeException() {
            super("the message is too large");
        }
    }

    /** A message and its share, which closing gives back. */
    final class Body implements AutoCloseable {

        private byte[] bytes = new byte[SMALL];
        private int share;

        byte[] bytes() {
            return bytes;
        }

        private void read(InputStream in) throws IOException {
            int length = 0;
            while (true) {
                int more = in.read(bytes, length, bytes.length - length);
                if (more < 0) {
                    bytes = Arrays.copyOf(bytes, length);
                    return;
                }
                length += more;
                if (length > largest) {
                    throw new TooLargeException();
                }
                if (length == bytes.length) {
                    grow(2 * length < largest ? 2 * length : largest + 1);
                }
            }
        }

        private void grow(int length) throws FullException {
            if (!common.tryAcquire(length)) {
                throw new FullException();
            }
            bytes = Arrays.copyOf(bytes, length);
            common.release(share);
            share = length;
        }

        @Override
        public void close() {
            common.release(share);
            share = 0;
        }
    }

    /**
     * Reads to the end.
     *
     * @throws FullException when it is a large one and too many are; {@link TooLargeException} likewise
     */
    Body read(InputStream in) throws IOException {
        Body body = new Body();
        boolean isRead = false;
        try {
            body.read(in);
            isRead = true;
            return body;
        } finally {
            if (!isRead) {
                body.close();
            }
        }
    }

    /** Bytes of the common part that nobody has. */
    int free() {
        return common.availablePermits();
    }
}
