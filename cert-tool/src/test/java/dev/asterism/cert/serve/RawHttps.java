package dev.asterism.cert.serve;

import dev.asterism.overlay.enrol.EnrolFields;
import dev.asterism.overlay.io.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Requests as bytes, with nothing between the test and the connection. */
public final class RawHttps {

    private final InetSocketAddress server;
    final TrustEverything trust = new TrustEverything();

    public RawHttps(InetSocketAddress server) {
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
    }

    /** Status 0 when the connection ended without an answer. */
    public record Answer(int status, String head, Bytes body) {

        public EnrolFields fields() throws Exception {
            return EnrolFields.parse(body);
        }

        public String error() throws Exception {
            return fields().text("error");
        }
    }

    Socket connect() throws Exception {
        return trust.sockets().createSocket(server.getAddress(), server.getPort());
    }

    Socket connectPlain() throws IOException {
        return new Socket(server.getAddress(), server.getPort());
    }

    public Answer post(Bytes body) throws Exception {
        return send("POST", EnrolServer.PATH, body);
    }

    Answer send(String method, String path, Bytes body) throws Exception {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(head(method, path, body.length()).getBytes(StandardCharsets.US_ASCII));
            out.write(body.toArray());
            out.flush();
            return answer(socket);
        }
    }

    static String head(String method, String path, long length) {
        return method
                + " "
                + path
                + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
                + length
                + "\r\n\r\n";
    }

    /** Reads until the server ends the connection. */
    static Answer answer(Socket socket) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            InputStream in = socket.getInputStream();
            in.transferTo(all);
        } catch (IOException e) {
            // Whatever came before counts.
        }
        String text = all.toString(StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (!text.startsWith("HTTP/1.1 ") || end < 0) {
            return new Answer(0, text, Bytes.EMPTY);
        }
        return new Answer(
                Integer.parseInt(text.substring(9, 12)),
                text.substring(0, end),
                Bytes.owning(text.substring(end + 4).getBytes(StandardCharsets.ISO_8859_1)));
    }
}
