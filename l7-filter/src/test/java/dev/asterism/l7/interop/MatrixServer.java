package dev.asterism.l7.interop;

import org.junit.jupiter.api.Assumptions;

/**
 * An application of the matrix. What every one of them answers: {@code /bytes} with the file's bytes and their
 * length, {@code /echo} with the request's body and its length, {@code /echo-chunked} the same without a length,
 * {@code /small} with the word, {@code /cached} with status 304 to who has version {@code "v1"}, and 404 to all else.
 */
interface MatrixServer extends AutoCloseable {

    /**
     * Port on the loopback device for a version of HTTP, 1 or 2; 0 where it does not speak it.
     */
    int port(int version);

    @Override
    void close();

    /** In place of one that cannot be had here: each of its cases is skipped with the reason. */
    record Missing(String reason) implements MatrixServer {

        @Override
        public int port(int version) {
            System.err.println("SKIPPED: " + reason);
            Assumptions.abort(reason);
            return 0;
        }

        @Override
        public void close() {
            // never there
        }
    }
}
