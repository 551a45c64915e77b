package dev.asterism.l7.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.Workspace;
import dev.asterism.l7.front.FrontFactory;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.http.ClientTimes;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HttpLimits;
import dev.asterism.l7.http1.Http1Codec;
import dev.asterism.l7.http2.Http2Codec;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.io.MemoryLoop;
import dev.asterism.l7.pipe.PipeHandler;
import dev.asterism.l7.retry.ReplayBody;
import dev.asterism.l7.retry.ReplayQuota;
import dev.asterism.l7.upstream.Endpoint;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which bodies are kept: those that may have to be sent again, as their connection had been used before. */
class DirectRequestTest {

    private static final int BODY = 20_000;
    private static final String PUT =
            "PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + BODY + "\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private final MemoryLoop loop = new MemoryLoop();
    private final ReplayQuota quota = new ReplayQuota(1 << 20);
    private final List<MemoryConn> servers = new ArrayList<>();
    private final Workspace workspace = new Workspace(FieldNames.standard(), HttpLimits.STANDARD);
    private final Http1Codec http1 = Http1Codec.of(workspace);
    private final Http2Codec http2 = new Http2Codec(workspace);
    private final Endpoint endpoint =
            new Endpoint(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                    UpstreamProtocol.HTTP_1,
                    _ -> {
                        servers.add(loop.conn());
                        return servers.getLast();
                    },
                    http1,
                    http2);

    private void handle(Exchange exchange, Head head) {
        new DirectRequest(_ -> {}, new ReplayBody(loop.batch().buffers(), quota), loop.batch())
                .begin(exchange, head, endpoint);
    }

    private MemoryConn client() {
        MemoryConn client = loop.conn();
        new FrontFactory(
                        http1,
                        http2,
                        this::handle,
                        PipeHandler.NONE,
                        Spoken.HTTP,
                        ClientTimes.STANDARD)
                .on(client, Caller.UNKNOWN);
        return client;
    }

    @Test
    void bodyIsKeptOnlyForAConnectionThatWasUsedBefore() {
        MemoryConn client = client();
        client.arrive(PUT);
        client.arrive("x".repeat(BODY));
        assertThat(quota.left()).as("on a new connection").isEqualTo(1 << 20);
        servers.getFirst().arrive(OK);

        client.arrive(PUT);
        client.arrive("x".repeat(BODY));
        assertThat(quota.left()).as("on a kept connection").isLessThan(1 << 20);
        servers.getFirst().sent();
        servers.getFirst().end();

        assertThat(servers).hasSize(2);
        assertThat(servers.getLast().sentText()).endsWith("\r\n\r\n" + "x".repeat(BODY));
        assertThat(quota.left()).isEqualTo(1 << 20);
        servers.getLast().arrive(OK);
        assertThat(client.sentText()).endsWith("\r\n\r\n").contains("HTTP/1.1 200 OK");
    }
}
