package dev.asterism.agent.enrol;

import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.enrol.EnrolAnswer;
import dev.asterism.overlay.enrol.EnrolException;
import dev.asterism.overlay.enrol.EnrolFields;
import dev.asterism.overlay.enrol.EnrolRequest;
import dev.asterism.overlay.io.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/**
 * Asks enrolment servers, one after the other until one decides. A connection for each request, on the caller's
 * thread, for half a minute each at most, however slowly a server answers; redirects and proxies are not followed.
 */
final class EnrolClient {

    private static final String PATH = "/v1/enrol";
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** For one server, from the first look-up of its name to the last byte of its answer. */
    private static final Duration REQUEST = Duration.ofSeconds(30);

    private static final int OK = 200;
    private static final int TOO_MANY = 429;
    private static final int SERVER_PROBLEM = 500;

    private final List<String> urls;
    private final SSLSocketFactory sockets;
    private final Duration longest;

    /**
     * @param urls {@code https://HOST:PORT}
     * @param pin of the certificate that all of them show
     */
    EnrolClient(List<String> urls, Fingerprint pin) {
        this(urls, pin, REQUEST);
    }

    /**
     * @param longest whole seconds for one server
     */
    EnrolClient(List<String> urls, Fingerprint pin, Duration longest) {
        this.urls = List.copyOf(urls);
        this.longest = longest;
        sockets = PinnedTrust.sockets(pin);
    }

    EnrolAnswer ask(EnrolRequest request) throws EnrolFailure {
        Bytes message = request.fields().encode();
        EnrolFailure last = null;
        for (String url : urls) {
            try {
                return answer(url, message);
            } catch (EnrolFailure e) {
                if (e.kind() == EnrolFailure.Kind.REFUSED) {
                    throw e;
                }
                last = e;
            }
        }
        if (last == null) {
            throw new IllegalStateException("no servers");
        }
        throw last;
    }

    private EnrolAnswer answer(String url, Bytes message) throws EnrolFailure {
        try (BoundedSockets bounded = new BoundedSockets(sockets, longest.toSeconds())) {
            return answer(url, message, bounded);
        }
    }

    private EnrolAnswer answer(String url, Bytes message, BoundedSockets bounded)
            throws EnrolFailure {
        try {
            return read(url, open(url, bounded), message);
        } catch (EnrolException e) {
            throw unreachable(
                    url, bounded, "%s gave no proper answer: %s".formatted(url, e.getMessage()));
        } catch (IOException | IllegalArgumentException e) {
            throw unreachable(url, bounded, reason(url, e));
        }
    }

    /** An answer that was cut off for its slowness may look like a whole one that is malformed. */
    private EnrolFailure unreachable(String url, BoundedSockets bounded, String otherwise) {
        return new EnrolFailure(
                EnrolFailure.Kind.UNREACHABLE,
                bounded.isLate()
                        ? "%s did not answer within %d s".formatted(url, longest.toSeconds())
                        : otherwise);
    }

    private static String reason(String url, Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof PinnedTrust.OtherServerException other) {
                return "%s is not the server that the token names: %s"
                        .formatted(url, other.getMessage());
            }
        }
        if (e instanceof EOFException || isCutOff(e)) {
            return "%s closed the connection without an answer, as a server does when it is busy or stops: run the command again"
                    .formatted(url);
        }
        return "%s cannot be reached: %s".formatted(url, e.getMessage());
    }

    /** In the words of the JDK, which has no exception of its own for it. */
    private static boolean isCutOff(Exception e) {
        String words = String.valueOf(e.getMessage());
        return words.startsWith("Unexpected end of file")
                || words.startsWith("Remote host terminated the handshake");
    }

    private HttpsURLConnection open(String url, BoundedSockets bounded) throws IOException {
        HttpsURLConnection connection =
                (HttpsURLConnection) URI.create(url + PATH).toURL().openConnection(Proxy.NO_PROXY);
        connection.setSSLSocketFactory(bounded);
        // The fingerprint says who the server is; its name may be anything.
        connection.setHostnameVerifier((_, _) -> true);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setConnectTimeout((int) CONNECT.toMillis());
        connection.setReadTimeout((int) longest.toMillis());
        return connection;
    }

    private static EnrolAnswer read(String url, HttpsURLConnection connection, Bytes message)
            throws IOException, EnrolException, EnrolFailure {
        try {
            connection.setRequestMethod("POST");
            connection.setRequestProperty("Content-Type", "text/plain; charset=us-ascii");
            connection.setRequestProperty("Connection", "close");
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(message.length());
            try (OutputStream out = connection.getOutputStream()) {
                out.write(message.toArray());
            }
            int status = connection.getResponseCode();
            EnrolFields fields = EnrolFields.parse(body(connection, status));
            if (status == OK) {
                return EnrolAnswer.of(fields);
            }
            boolean isTemporary = status == TOO_MANY || status >= SERVER_PROBLEM;
            throw new EnrolFailure(
                    isTemporary ? EnrolFailure.Kind.UNREACHABLE : EnrolFailure.Kind.REFUSED,
                    "%s says: %s".formatted(url, fields.text("error")));
        } finally {
            connection.disconnect();
        }
    }

    private static Bytes body(HttpsURLConnection connection, int status) throws IOException {
        try (InputStream in =
                status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return in == null
                    ? Bytes.EMPTY
                    : Bytes.owning(in.readNBytes(EnrolFields.MAX_BYTES + 1));
        }
    }
}
