package dev.asterism.cert.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.asterism.overlay.enrol.EnrolFields;
import dev.asterism.overlay.io.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.concurrent.Semaphore;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLParameters;

/**
 * HTTPS for hosts: {@code POST /v1/enrol}, and nothing else. Bounds what strangers can cost: connections, the time of
 * each, the size of a message, requests per source and in total, and how many are read and worked on at once.
 */
public final class EnrolServer implements AutoCloseable {

    /** Where hosts ask. */
    static final String PATH = "/v1/enrol";

    private static final int BACKLOG = 128;
    private static final int CONNECTIONS = 2048;
    private static final int AT_ONCE = 16;
    private static final int NOT_FOUND = 404;
    private static final int WRONG_METHOD = 405;
    private static final int TOO_LARGE = 413;
    private static final int TOO_MANY = 429;
    private static final int RETRY_SECONDS = 5;
    private static final int NO_BODY = -1;

    /** Connections that are spoken with; each takes some 110 KiB, most of it for TLS. */
    private static final int SPOKEN_WITH = 160;

    /** Of these, such of one source whose request is not whole. */
    private static final int READING_OF_SOURCE = 32;

    /** Whole requests that wait until one of those that are worked on is done. */
    private static final int WAITING = 32;

    /** Of large messages together, in bytes, beyond the 8 KiB that each may have. */
    private static final int LARGE_BODIES = 4 << 20;

    private static final int DISCARDED_AT_ONCE = 2048;

    /** Of the JDK's server. By its warnings strangers could write to standard error as often as they like. */
    private static final Logger OF_JDK = Logger.getLogger("com.sun.net.httpserver");

    private final HttpsServer server;
    private final ReadingThreads threads =
            new ReadingThreads(SPOKEN_WITH, READING_OF_SOURCE, System::nanoTime);
    private final Semaphore atOnce = new Semaphore(AT_ONCE, true);
    private final BodyBudget bodies = new BodyBudget(EnrolFields.MAX_BYTES, LARGE_BODIES);
    private final EnrolmentDesk desk;
    private final RequestLimits limits;

    private EnrolServer(HttpsServer server, EnrolmentDesk desk, RequestLimits limits) {
        this.server = server;
        this.desk = desk;
        this.limits = limits;
    }

    /** Listens. */
    public static EnrolServer start(
            InetSocketAddress at, ServerIdentity identity, EnrolmentDesk desk, RequestLimits limits)
            throws ServeException {
        boundConnections();
        OF_JDK.setLevel(Level.SEVERE);
        try {
            HttpsServer server = HttpsServer.create(at, BACKLOG);
            EnrolServer started = new EnrolServer(server, desk, limits);
            server.setHttpsConfigurator(new Tls(identity, started.threads));
            server.createContext("/", started::handle);
            server.setExecutor(started.threads);
            server.start();
            return started;
        } catch (IOException | GeneralSecurityException e) {
            throw new ServeException("cannot listen on " + at + ": " + e.getMessage(), e);
        }
    }

    /** The JDK's server has these as properties of the process only; what the command line says stays. */
    private static void boundConnections() {
        // Those that have sent nothing cost little, and no thread.
        unlessSet(
                "jdk.httpserver.maxConnections",
                String.valueOf(OpenFiles.forConnections(CONNECTIONS)));
        unlessSet("sun.net.httpserver.maxReqTime", "10");
        unlessSet("sun.net.httpserver.maxRspTime", "20");
        unlessSet("sun.net.httpserver.idleInterval", "5");
        unlessSet("sun.net.httpserver.clockTick", "1000");
        unlessSet("sun.net.httpserver.maxIdleConnections", "32");
        unlessSet("sun.net.httpserver.maxReqHeaders", "32");
        unlessSet("sun.net.httpserver.maxReqHeaderSize", "8192");
        unlessSet("sun.net.httpserver.drainAmount", "0");
    }

    private static void unlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private static final class Tls extends HttpsConfigurator {

        private final ReadingThreads threads;

        Tls(ServerIdentity identity, ReadingThreads threads)
                throws GeneralSecurityException, IOException {
            super(identity.context());
            this.threads = threads;
        }

        /** The first that is known of a connection, before the memory for it is taken. */
        @Override
        public void configure(HttpsParameters parameters) {
            threads.isFrom(parameters.getClientAddress().getAddress());
            SSLParameters tls = getSSLContext().getDefaultSSLParameters();
            tls.setProtocols(new String[] {"TLSv1.3"});
            parameters.setSSLParameters(tls);
        }
    }

    /** Of use when the port was left to the system. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!limits.admit(exchange.getRemoteAddress().getAddress())) {
                send(exchange, later(exchange, TOO_MANY, "too many requests"));
            } else if (!exchange.getRequestURI().toString().equals(PATH)) {
                send(exchange, EnrolmentDesk.Reply.error(NOT_FOUND, "there is nothing here"));
            } else if (!exchange.getRequestMethod().equals("POST")) {
                send(exchange, EnrolmentDesk.Reply.error(WRONG_METHOD, "only POST"));
            } else {
                send(exchange, answer(exchange));
            }
        }
    }

    private EnrolmentDesk.Reply answer(HttpExchange exchange) throws IOException {
        if (declaredLength(exchange) > EnrolFields.MAX_BYTES) {
            return EnrolmentDesk.Reply.error(TOO_LARGE, "the message is too large");
        }
        try (InputStream in = exchange.getRequestBody();
                BodyBudget.Body body = bodies.read(in)) {
            if (!threads.hasRead()) {
                throw new IOException("ended, as too many send slowly");
            }
            return limits.admitInTotal()
                    ? inTurn(body, exchange)
                    : later(exchange, TOO_MANY, "too many requests");
        } catch (BodyBudget.TooLargeException e) {
            return EnrolmentDesk.Reply.error(TOO_LARGE, String.valueOf(e.getMessage()));
        } catch (BodyBudget.FullException e) {
            return later(exchange, EnrolmentDesk.UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }

    private static EnrolmentDesk.Reply later(HttpExchange exchange, int status, String why) {
        exchange.getResponseHeaders().set("Retry-After", String.valueOf(RETRY_SECONDS));
        return EnrolmentDesk.Reply.error(status, why + "; try later");
    }

    /** As the client says, or 0; the JDK's server refuses what is no number. */
    private static long declaredLength(HttpExchange exchange) {
        String value = exchange.getRequestHeaders().getFirst("Content-Length");
        try {
            return value == null ? 0 : Long.parseLong(value.strip());
        } catch (NumberFormatException _) {
            return Long.MAX_VALUE;
        }
    }

    private EnrolmentDesk.Reply inTurn(BodyBudget.Body body, HttpExchange exchange) {
        InetAddress source = exchange.getRemoteAddress().getAddress();
        if (atOnce.getQueueLength() >= WAITING) {
            return later(exchange, EnrolmentDesk.UNAVAILABLE, "too many requests at once");
        }
        atOnce.acquireUninterruptibly();
        try {
            return desk.answer(Bytes.owning(body.bytes()), source.getHostAddress());
        } finally {
            atOnce.release();
        }
    }

    private static void send(HttpExchange exchange, EnrolmentDesk.Reply reply) throws IOException {
        byte[] body = reply.fields().encode().toArray();
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=us-ascii");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("Connection", "close");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(reply.status(), NO_BODY);
        } else {
            exchange.sendResponseHeaders(reply.status(), body.length);
            exchange.getResponseBody().write(body);
            exchange.getResponseBody().flush();
        }
        discardRest(exchange);
    }

    /**
     * Reads what is on its way of a message that is answered already. A connection that is closed with bytes unread is
     * reset, and the client loses the answer. Whoever sends more than a message may have is reset all the same.
     */
    private static void discardRest(HttpExchange exchange) {
        byte[] piece = new byte[DISCARDED_AT_ONCE];
        int discarded = 0;
        try {
            InputStream in = exchange.getRequestBody();
            while (discarded <= EnrolFields.MAX_BYTES) {
                int more = in.read(piece);
                if (more < 0) {
                    return;
                }
                discarded += more;
            }
        } catch (IOException _) {
            // It was read to its end, or the client went away: its answer is out.
        }
    }

    @Override
    public void close() {
        server.stop(1);
        threads.close();
    }
}
