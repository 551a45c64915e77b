package dev.asterism.l7.interop;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/** The application of the matrix in Jetty, both versions on one port. */
final class JettyServer implements MatrixServer {

    private final Server server = new Server();
    private final ServerConnector connector;

    JettyServer(byte[] bytes) throws Exception {
        HttpConfiguration configuration = new HttpConfiguration();
        connector =
                new ServerConnector(
                        server,
                        new HttpConnectionFactory(configuration),
                        new HTTP2CServerConnectionFactory(configuration));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Answers(bytes));
        server.start();
    }

    @Override
    public int port(int version) {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Answers extends Handler.Abstract {

        private final byte[] bytes;

        Answers(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback)
                throws Exception {
            switch (Request.getPathInContext(request)) {
                case "/bytes" -> whole(response, ByteBuffer.wrap(bytes), callback);
                case "/small" ->
                        whole(
                                response,
                                ByteBuffer.wrap(new byte[] {'s', 'm', 'a', 'l', 'l'}),
                                callback);
                case "/echo" -> whole(response, Content.Source.asByteBuffer(request), callback);
                case "/echo-chunked" ->
                        // A part that is not the last one has gone before the length is known.
                        response.write(
                                false,
                                Content.Source.asByteBuffer(request),
                                Callback.from(
                                        () -> response.write(true, null, callback),
                                        callback::failed));
                case "/cached" -> {
                    response.getHeaders().put(HttpHeader.ETAG, "\"v1\"");
                    String known = request.getHeaders().get(HttpHeader.IF_NONE_MATCH);
                    response.setStatus("\"v1\"".equals(known) ? 304 : 200);
                    callback.succeeded();
                }
                default -> {
                    response.setStatus(404);
                    callback.succeeded();
                }
            }
            return true;
        }

        private static void whole(Response response, ByteBuffer body, Callback callback) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.remaining());
            response.write(true, body, callback);
        }
    }
}
