package dev.asterism.l7.interop;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A client of the matrix. Each makes the same calls and says in lines what came of them: {@code get}, {@code post} and
 * {@code chunked} with status and SHA-256 of the body, {@code head} with status, length and the body's bytes, {@code
 * missing}, {@code cached}, {@code keep} with how many of 20 calls were good over how many connections, and {@code
 * close}.
 */
interface MatrixClient {

    int KEPT = 20;

    /** In place of a count of connections that a client does not tell. */
    String UNTOLD = "?";

    /**
     * @param base such as {@code http://127.0.0.1:4140}
     * @param body what is sent
     */
    String report(String base, Path body) throws Exception;

    /** One that cannot be had here. */
    record Absent(String reason) implements MatrixClient {

        @Override
        public String report(String base, Path body) {
            System.err.println("SKIPPED: " + reason);
            Assumptions.abort(reason);
            return "";
        }
    }

    /** A program that makes all the calls. */
    record ProgramRun(List<String> command, int version) implements MatrixClient {

        @Override
        public String report(String base, Path body) {
            List<String> all = new java.util.ArrayList<>(command);
            all.addAll(List.of(base, Integer.toString(version), body.toString()));
            return Programs.run(all).text();
        }
    }
}
