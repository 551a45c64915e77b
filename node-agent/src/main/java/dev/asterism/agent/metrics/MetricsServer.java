package dev.asterism.agent.metrics;

import dev.asterism.agent.metrics.PageServer.Page;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Serves the metrics at one path. A scrape is complete in memory before its first byte is sent. */
final class MetricsServer implements AutoCloseable {

    private final String path;
    private final Exposition exposition;
    private final PageServer server;

    /**
     * Opens the socket and serves.
     *
     * @throws IOException when the address cannot be had
     */
    MetricsServer(InetSocketAddress listen, String path, Exposition exposition) throws IOException {
        this.path = path;
        this.exposition = exposition;
        server = new PageServer(listen, "metrics", (asked, _) -> page(asked));
    }

    /** With the real port when 0 was asked for. */
    InetSocketAddress address() {
        return server.address();
    }

    private Page page(String asked) throws IOException {
        if (!asked.equals(path)) {
            return Page.text(404, "Not found: metrics are at " + path + "\n");
        }
        byte[] body = exposition.scrape();
        return body == null
                ? Page.text(503, "The node is too busy to tell its metrics\n")
                : new Page(200, Exposition.CONTENT_TYPE, body);
    }

    @Override
    public void close() {
        server.close();
    }
}
