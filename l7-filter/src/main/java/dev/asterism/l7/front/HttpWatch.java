package dev.asterism.l7.front;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http2.Http2Client;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.WireProtocol;
import dev.asterism.l7.pipe.FirstBytes;
import java.util.Arrays;

/** Of a pipe on a port where HTTP is detected. Whoever turns out to speak HTTP is detected once more. */
final class HttpWatch implements FirstBytes {

    private static final byte[] VERSION = Ascii.bytes("HTTP/");

    private final Caller caller;
    private final FrontFactory factory;
    private final Destined to;
    private final FirstLine line = new FirstLine();

    /** Of {@link #VERSION}, how many bytes the client has sent last. */
    private int matched;

    private boolean lineEnded;

    HttpWatch(Caller caller, FrontFactory factory, Destined to) {
        this.caller = caller;
        this.factory = factory;
        this.to = to;
    }

    @Override
    public Said client(byte[] in, int from, int until) {
        return switch (line.find(in, from, until)) {
            case MORE -> Said.MORE;
            case HTTP_1, HTTP_2 -> Said.HTTP;
            case OTHER -> Said.OTHER;
        };
    }

    /**
     * Servers that take any word for a method read a request behind bytes that no method may have.
     * The version is looked for in upper case only, as the first bytes of TLS may name {@code
     * http/1.1}.
     */
    @Override
    public boolean turnsHttp(byte[] in, int from, int until) {
        for (int p = from; p < until && !lineEnded; p++) {
            byte b = in[p];
            lineEnded = b == '\n';
            matched = b == VERSION[matched] ? matched + 1 : b == VERSION[0] ? 1 : 0;
            if (matched == VERSION.length) {
                return true;
            }
        }
        return false;
    }

    /** A status line, as of a 408, or the SETTINGS that begin HTTP/2, RFC 9113 3.4. */
    @Override
    public boolean isHttpServer(byte[] in, int from, int until) {
        int answer = Math.min(VERSION.length, until - from);
        boolean status = Arrays.equals(in, from, from + answer, VERSION, 0, answer);
        return status || Http2Client.isServerPreface(in, from, until);
    }

    @Override
    public WireProtocol instead(Conn client) {
        return factory.detectLate(client, caller, to);
    }
}
