package dev.asterism.l7.proxy;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.balance.BalancePolicy;
import dev.asterism.l7.breaker.BreakerPolicy;
import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.exchange.StrictRequests;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.limit.MaxPolicy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Raw bytes of a client through the filter of a service's node, with a server that answers each request that it has
 * read whole and by the letter of RFC 9112.
 */
public final class HostileRun {

    private static final String NOTHING = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    /** Also to clients of HTTP/2. */
    private static final UpstreamPolicy HTTP_1 =
            new UpstreamPolicy(
                    BalancePolicy.STANDARD,
                    BreakerPolicy.STANDARD,
                    MaxPolicy.STANDARD,
                    UpstreamPolicy.Protocol.HTTP_1);

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3}) ");

    /**
     * What a server got on one connection.
     *
     * @param requests the whole requests in it
     * @param isWhole nothing stands behind the last of them
     * @param isOpen the filter would send more on it, though the client has gone
     */
    public record Stream(String bytes, List<String> requests, boolean isWhole, boolean isOpen) {}

    private final MeshRig mesh;
    private final MemoryConn client;
    private final List<Integer> answered = new ArrayList<>();
    private final List<StringBuilder> texts = new ArrayList<>();
    private final List<Stream> streams = new ArrayList<>();
    private final String sent;
    private final boolean isOver;

    private HostileRun(MeshRig rig, Spoken spoken, byte[] bytes) {
        mesh = rig.endpoints(1);
        client = mesh.client(MeshRig.WEB, spoken);
        client.arrive(bytes);
        while (answers()) {
            // The next one may have waited.
        }
        sent = client.sentText();
        isOver = client.isClosed() || client.isClosing();
        client.end();
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i).toString();
            StrictRequests.Read read = StrictRequests.read(text);
            boolean open = !mesh.servers(1).get(i).isClosed();
            streams.add(new Stream(text, read.requests(), read.isWhole(), open));
        }
    }

    private static MeshRig rig() {
        return new MeshRig(
                MeshRig.spec(
                        ServiceSide.INBOUND,
                        HTTP_1,
                        TrafficPolicy.STANDARD,
                        List.of(),
                        AuthzSpec.NONE),
                1);
    }

    /** Of HTTP/1. */
    public static HostileRun http1(String bytes) {
        return new HostileRun(rig(), Spoken.HTTP, bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Of HTTP/1, at a service that has a rule about a path. */
    public static HostileRun withPathRules(String bytes) {
        String yaml =
                "l7: {serve: {orders: {port: 80, to: '127.0.0.1:9090', "
                        + "deny: [{prefix: /admin}]}}}";
        return new HostileRun(
                new MeshRig(FilterFiles.config(yaml).services().getFirst(), 1),
                Spoken.HTTP,
                bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Of HTTP/2, with the preface. */
    public static HostileRun http2(byte[] bytes) {
        return new HostileRun(rig(), Spoken.HTTP_2, bytes);
    }

    private boolean answers() {
        boolean any = false;
        for (int i = 0; i < mesh.servers(1).size(); i++) {
            MemoryConn server = mesh.servers(1).get(i);
            if (texts.size() == i) {
                texts.add(new StringBuilder());
                answered.add(0);
            }
            String text = texts.get(i).append(server.sentText()).toString();
            List<String> all = StrictRequests.read(text).requests();
            for (int n = answered.get(i); n < all.size(); n++) {
                answered.set(i, n + 1);
                if (!server.isClosed()) {
                    server.arrive(NOTHING);
                }
                any = true;
            }
        }
        return any;
    }

    /** One for each connection to the server. */
    public List<Stream> streams() {
        return streams;
    }

    /** What the client got. */
    public String sent() {
        return sent;
    }

    /** The statuses that an HTTP/1 client got. */
    public List<String> statuses() {
        return STATUS.matcher(sent).results().map(r -> r.group(1)).toList();
    }

    /** The client's connection takes no more requests. */
    public boolean isOver() {
        return isOver;
    }

    /** The counted reasons of what the filter itself has refused, in the order in which they were told. */
    public List<String> reasons() {
        List<String> reasons = new ArrayList<>();
        for (String told : mesh.observer().refusedInputs()) {
            String[] words = told.split(" ");
            reasons.add(words[3] + " " + words[4]);
        }
        for (String told : mesh.observer().requests()) {
            String[] words = told.split(" ");
            if (!words[1].isEmpty()) {
                reasons.add(words[1] + " " + words[0]);
            }
        }
        return reasons;
    }
}
