import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.OriginRequestProvider;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A reverse proxy on Vert.x that only forwards, here to be measured by {@code benchmarks/l7/cases}: one event loop,
 * endpoints by turns. Arguments: pairs of a port on the loopback device and a file with an endpoint on each line.
 */
final class VertxPeer {

    private VertxPeer() {}

    public static void main(String[] arguments) throws IOException {
        Vertx vertx =
                Vertx.vertx(
                        new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        System.out.println("native transport: " + vertx.isNativeTransportEnabled());
        for (int i = 0; i < arguments.length; i += 2) {
            List<SocketAddress> endpoints =
                    Files.readAllLines(Path.of(arguments[i + 1])).stream()
                            .map(VertxPeer::endpoint)
                            .toList();
            vertx.deployVerticle(new Forward(Integer.parseInt(arguments[i]), endpoints))
                    .onFailure(
                            e -> {
                                e.printStackTrace();
                                System.exit(1);
                            });
        }
    }

    private static SocketAddress endpoint(String line) {
        int colon = line.lastIndexOf(':');
        return SocketAddress.inetSocketAddress(
                Integer.parseInt(line.substring(colon + 1)), line.substring(0, colon));
    }

    private static final class Forward extends AbstractVerticle {
        private final int port;
        private final List<SocketAddress> endpoints;
        private int turn;

        Forward(int port, List<SocketAddress> endpoints) {
            this.port = port;
            this.endpoints = endpoints;
        }

        @Override
        public void start(Promise<Void> started) {
            // The bound holds for each endpoint.
            PoolOptions pool =
                    new PoolOptions().setHttp1MaxSize(Math.max(64, 1024 / endpoints.size()));
            HttpProxy proxy =
                    HttpProxy.reverseProxy(
                                    vertx.createHttpClient(
                                            new HttpClientOptions().setKeepAlive(true), pool))
                            .origin(
                                    OriginRequestProvider.selector(
                                            _ -> Future.succeededFuture(next())))
                            .addInterceptor(new DropConnectionField());
            vertx.createHttpServer(
                            new HttpServerOptions()
                                    .setHost("127.0.0.1")
                                    .setPort(port)
                                    .setAcceptBacklog(8192))
                    .requestHandler(proxy)
                    .listen()
                    .<Void>mapEmpty()
                    .onComplete(started);
        }

        private SocketAddress next() {
            turn = (turn + 1) % endpoints.size();
            return endpoints.get(turn);
        }
    }

    /** Version 5.0.10 passes the origin's Connection field on, which HTTP/2 clients refuse. */
    private static final class DropConnectionField implements ProxyInterceptor {
        @Override
        public Future<Void> handleProxyResponse(ProxyContext context) {
            context.response().headers().remove("connection");
            return context.sendResponse();
        }
    }
}
