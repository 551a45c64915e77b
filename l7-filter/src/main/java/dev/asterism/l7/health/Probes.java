package dev.asterism.l7.health;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.Workspace;
import dev.asterism.l7.health.HealthCheck.Probe;
import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.Batch;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.WireProtocol;
import dev.asterism.l7.upstream.Connector;
import dev.asterism.l7.upstream.Endpoint;
import dev.asterism.l7.upstream.OutgoingHead;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;

/** Sends questions to applications, each on a connection of its own. Belongs to one loop's thread. */
final class Probes {

    private static final byte[] CONTENT_TYPE = Ascii.bytes("content-type");
    private static final byte[] GRPC = Ascii.bytes("application/grpc");
    private static final byte[] USER_AGENT = Ascii.bytes("user-agent");
    private static final byte[] AGENT = Ascii.bytes("asterism-health");
    private static final byte[] HOST = Ascii.bytes("localhost");
    private static final byte[] GET = Ascii.bytes("GET");
    private static final byte[] POST = Ascii.bytes("POST");
    private static final byte[] CHECK = Ascii.bytes("/grpc.health.v1.Health/Check");

    private static final int STRING_FIELD_1 = 0x0A;
    private static final int ONE_BYTE = 0x80;

    private final Batch batch;
    private final Connector connector;
    private final Workspace workspace;
    private final BiFunction<SocketAddress, UpstreamProtocol, Endpoint> endpoints;

    Probes(
            Batch batch,
            Connector connector,
            Workspace workspace,
            BiFunction<SocketAddress, UpstreamProtocol, Endpoint> endpoints) {
        this.batch = batch;
        this.connector = connector;
        this.workspace = workspace;
        this.endpoints = endpoints;
    }

    /** By a connection alone. */
    void connect(Probe probe) {
        Conn conn = connector.connect(probe.application());
        conn.speak(new Opening(conn, probe));
        probe.cancelBy(conn::lose);
        conn.openWithin(probe.policy().timeout().toNanos());
    }

    /** By a request. */
    void ask(Probe probe, UpstreamProtocol protocol) {
        boolean grpc = probe.policy().kind() == HealthPolicy.Kind.GRPC;
        Head head = new Head();
        head.clearForOwn();
        part(head, Head.METHOD, grpc ? POST : GET);
        part(head, Head.PATH, grpc ? CHECK : Ascii.bytes(probe.policy().target()));
        part(head, Head.AUTHORITY, HOST);
        head.addField(USER_AGENT, AGENT, 0);
        if (grpc) {
            head.addField(CONTENT_TYPE, GRPC, FieldNames.CONTENT_TYPE);
            head.flag(Head.TAKES_TRAILERS);
        }
        Endpoint endpoint = endpoints.apply(probe.application(), protocol);
        endpoint.connectWithin(probe.policy().timeout().toNanos());
        ProbeAnswer answer = new ProbeAnswer(probe, grpc, endpoint::retire);
        Exchange exchange = workspace.exchange();
        exchange.begin(
                answer,
                Caller.UNKNOWN,
                head,
                grpc ? BodyFraming.STREAMED : BodyFraming.NONE,
                batch.nowNanos());
        OutgoingHead.write(exchange, head, protocol);
        answer.of(exchange);
        probe.cancelBy(answer::cancel);
        if (!endpoint.start(exchange)) {
            answer.cancel();
            probe.answered("no connection may be opened");
        } else if (grpc && answer.isOpen()) {
            byte[] message = request(probe.policy().target());
            boolean _ = exchange.forward(message, 0, message.length, true);
        }
    }

    private static void part(Head head, int part, byte[] text) {
        head.part(part, head.append(text, 0, text.length), text.length);
    }

    /** {@code HealthCheckRequest} behind the five bytes of gRPC's framing. */
    static byte[] request(String service) {
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        if (name.length >= ONE_BYTE) {
            throw new IllegalArgumentException("a service's name has at most 127 bytes");
        }
        int length = name.length == 0 ? 0 : name.length + 2;
        ByteBuffer message = ByteBuffer.allocate(5 + length).put((byte) 0).putInt(length);
        if (length > 0) {
            message.put((byte) STRING_FIELD_1).put((byte) name.length).put(name);
        }
        return message.array();
    }

    /** A connection that is open says enough. */
    private record Opening(Conn conn, Probe probe) implements WireProtocol {

        @Override
        public int received(byte[] in, int from, int to) {
            return to;
        }

        @Override
        public void connected() {
            probe.answered("");
            conn.lose();
        }

        @Override
        public void lost() {
            probe.answered("no connection");
        }
    }
}
