package dev.asterism.agent.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.packet.IpPacket;
import dev.asterism.overlay.view.CertificateView;
import dev.asterism.overlay.view.LastPacketView;
import dev.asterism.overlay.view.PeerView;
import dev.asterism.overlay.view.RefusedPeerView;
import dev.asterism.overlay.view.RouteView;
import dev.asterism.overlay.view.WhyView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Answers requests: one line of JSON each, without its end (docs/control.md). Any thread. */
public final class ControlVerbs {

    private static final JsonFactory JSON = new JsonFactory();
    private static final Set<String> READING =
            Set.of(
                    "status",
                    "peers",
                    "routes",
                    "lighthouse",
                    "drops",
                    "why",
                    "version",
                    "l7-stat",
                    "l7-explain",
                    "l7-services",
                    "log-level");
    private static final List<String> LEVELS =
            List.of("trace", "debug", "info", "warn", "warning", "error");
    private static final int PING_LOOKS = 100;
    private static final long PING_LOOK_NANOS = 20_000_000L;
    private static final int QUERY_LOOKS = 10;
    private static final long QUERY_LOOK_NANOS = 100_000_000L;

    private final AgentControl agent;

    @FunctionalInterface
    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    public ControlVerbs(AgentControl agent) {
        this.agent = agent;
    }

    /** The answer to one request line. */
    public byte[] answer(byte[] line, int length, ControlPeer caller) {
        try {
            ControlRequest request = ControlRequest.parse(line, length);
            return ok(body(request, caller));
        } catch (ControlFailure e) {
            return failed(e);
        }
    }

    static byte[] failed(ControlFailure failure) {
        return write(
                json -> {
                    json.writeBooleanField("ok", false);
                    json.writeObjectFieldStart("error");
                    json.writeStringField("code", failure.code().name().toLowerCase(Locale.ROOT));
                    json.writeStringField("message", failure.getMessage());
                    json.writeEndObject();
                });
    }

    private static byte[] ok(Body body) {
        return write(
                json -> {
                    json.writeBooleanField("ok", true);
                    json.writeObjectFieldStart("data");
                    body.write(json);
                    json.writeEndObject();
                });
    }

    private static byte[] write(Body body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("v", ControlRequest.VERSION);
            body.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return out.toByteArray();
    }

    private Body body(ControlRequest request, ControlPeer caller) {
        String verb = request.verb();
        boolean changes = !READING.contains(verb) || request.values().containsKey("level");
        boolean asksLighthouses = verb.equals("lighthouse") && !request.value("query").isEmpty();
        if ((changes || asksLighthouses) && !caller.mayWrite()) {
            throw new ControlFailure(
                    ControlFailure.Code.DENIED,
                    "only root and the agent's own user may do that; members of the socket's group may read");
        }
        return switch (verb) {
            case "version" -> json -> json.writeStringField("version", agent.agent().version());
            case "status" -> status();
            case "peers" -> peers(request.value("name"));
            case "routes" -> routes();
            case "lighthouse" -> lighthouse(request.value("query"));
            case "drops" -> drops();
            case "why" -> why(request);
            case "l7-stat" -> agent.filter()::stat;
            case "l7-explain" -> explain(request);
            case "l7-services" -> agent.filter()::services;
            case "l7-tap" -> tap(request);
            case "close" -> close(request.value("peer"));
            case "ping" -> ping(request.value("peer"));
            case "rehandshake" -> rehandshake(request.value("peer"));
            case "log-level" -> logLevel(request.value("level"));
            case "reload" -> reload(caller);
            default -> throw bad("no such verb: " + verb);
        };
    }

    private Body explain(ControlRequest request) {
        String headers = request.value("headers");
        FilterControl.RequestQuestion question =
                new FilterControl.RequestQuestion(
                        request.value("service"),
                        request.value("from"),
                        request.value("method"),
                        request.value("url"),
                        headers.isEmpty() ? List.of() : List.of(headers.split("\n", -1)));
        return json -> agent.filter().explain(question, json);
    }

    private Body tap(ControlRequest request) {
        FilterControl.TapRequest asked =
                new FilterControl.TapRequest(
                        request.value("id"),
                        request.value("service"),
                        request.value("from"),
                        request.value("code"),
                        request.value("route"),
                        request.value("fields").equals("1"),
                        request.value("rate"));
        return json -> agent.filter().tap(asked, json);
    }

    private static ControlFailure bad(String message) {
        return new ControlFailure(ControlFailure.Code.BAD_REQUEST, message);
    }

    private Body status() {
        AgentView process = agent.agent();
        var node = agent.node();
        RevocationView revocation = agent.revocation();
        return json -> ViewJson.status(json, process, node, revocation);
    }

    private Body peers(String name) {
        List<PeerView> all = agent.peers();
        var pending = agent.handshakes();
        List<RefusedPeerView> refused = agent.revocation().refused();
        if (name.isEmpty()) {
            return json -> ViewJson.peers(json, all, pending, refused);
        }
        List<PeerView> found =
                all.stream()
                        .filter(
                                p ->
                                        isNamed(
                                                p.certificate().name(),
                                                p.certificate().addresses(),
                                                name))
                        .toList();
        List<RefusedPeerView> away =
                refused.stream().filter(p -> isNamed(p.name(), p.addresses(), name)).toList();
        var waiting = pending.stream().filter(p -> p.target().toString().equals(name)).toList();
        if (found.isEmpty() && waiting.isEmpty() && away.isEmpty()) {
            throw new ControlFailure(
                    ControlFailure.Code.NOT_FOUND, "no tunnel and no handshake with " + name);
        }
        return json -> ViewJson.peers(json, found, waiting, away);
    }

    private static boolean isNamed(String peer, List<Ip> addresses, String name) {
        Ip address = Ip.parse(name);
        return peer.equals(name) || address != null && addresses.contains(address);
    }

    private Body routes() {
        List<RouteView> routes = agent.routes();
        return json -> ViewJson.routes(json, routes);
    }

    private Body drops() {
        var drops = agent.drops();
        return json -> ViewJson.drops(json, drops);
    }

    private Body lighthouse(String query) {
        if (query.isEmpty()) {
            List<RemoteView> known = agent.remotes();
            return json -> ViewJson.remotes(json, known);
        }
        Ip peer = address(query, null);
        agent.query(peer);
        List<RemoteView> found = List.of();
        for (int i = 0; i < QUERY_LOOKS; i++) {
            found = agent.remotes().stream().filter(r -> r.overlay().contains(peer)).toList();
            if (found.stream().anyMatch(remote -> !remote.candidates().isEmpty())) {
                break;
            }
            LockSupport.parkNanos(QUERY_LOOK_NANOS);
        }
        if (found.stream().allMatch(remote -> remote.candidates().isEmpty())) {
            throw new ControlFailure(
                    ControlFailure.Code.NOT_FOUND, "no lighthouse knows an address of " + peer);
        }
        List<RemoteView> answer = found;
        return json -> ViewJson.remotes(json, answer);
    }

    private Body ping(String name) {
        Ip peer = address(name, null);
        PeerView before = primary(peer);
        agent.probe(peer);
        PeerView after = before;
        boolean answered = false;
        for (int i = 0; i < PING_LOOKS && !answered; i++) {
            LockSupport.parkNanos(PING_LOOK_NANOS);
            after = primary(peer);
            answered = after != null && after.confirmed() && isNewer(after, before);
        }
        PeerView found = after;
        boolean yes = answered;
        return json -> ViewJson.ping(json, peer, found, yes);
    }

    private @Nullable PeerView primary(Ip peer) {
        return agent.peers().stream()
                .filter(view -> view.primary() && view.certificate().addresses().contains(peer))
                .findFirst()
                .orElse(null);
    }

    /** Whether an authentic packet came after the first look. */
    private static boolean isNewer(PeerView after, @Nullable PeerView before) {
        return before == null
                || after.indexes().local() != before.indexes().local()
                || after.traffic().packetsIn() > before.traffic().packetsIn();
    }

    private Body why(ControlRequest request) {
        Ip literalSource = Ip.parse(request.value("src"));
        Ip destination = address(request.value("dst"), literalSource);
        Ip source = address(request.value("src"), destination);
        int port = number(request.value("port"), 0, 65_535);
        int protocol = icmpOf(destination, number(request.value("protocol"), 0, 255));
        if (!request.value("last").isEmpty()) {
            return last(new LastPacketView.Pair(source, destination, port, protocol));
        }
        WhyView why = agent.why(new WhyView.PacketQuestion(source, destination, port, protocol));
        return json -> ViewJson.why(json, why);
    }

    /** Who names hosts does not know which of both ICMPs goes between them. */
    private static int icmpOf(Ip destination, int protocol) {
        boolean icmp = protocol == IpPacket.PROTOCOL_ICMP || protocol == IpPacket.PROTOCOL_ICMPV6;
        return !icmp
                ? protocol
                : destination.isIpv4() ? IpPacket.PROTOCOL_ICMP : IpPacket.PROTOCOL_ICMPV6;
    }

    private Body last(LastPacketView.Pair wanted) {
        LastPacketView last = agent.lastPacket(wanted);
        if (last == null) {
            throw new ControlFailure(
                    ControlFailure.Code.NOT_FOUND,
                    "no packet from "
                            + wanted.source()
                            + " to "
                            + wanted.destination()
                            + " is remembered (tracked flows, last refusals)");
        }
        return json -> ViewJson.last(json, last);
    }

    private static int number(String text, int least, int most) {
        try {
            int value = Integer.parseInt(text.isEmpty() ? "0" : text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw bad("not a number: " + text);
        }
        throw bad(text + " is not between " + least + " and " + most);
    }

    /**
     * An overlay address, or the name of this node or of a peer with a tunnel.
     *
     * @param other of its family, where a name has addresses of both
     */
    private Ip address(String text, @Nullable Ip other) {
        if (text.isEmpty()) {
            throw bad("an address or a name is missing");
        }
        Ip literal = Ip.parse(text);
        if (literal != null) {
            return literal;
        }
        CertificateView own = agent.node().certificate();
        if (text.equals("self") || text.equals(own.name())) {
            return ofFamily(own.addresses(), other);
        }
        List<CertificateView> named =
                agent.peers().stream()
                        .map(PeerView::certificate)
                        .filter(peer -> peer.name().equals(text))
                        .toList();
        if (named.isEmpty()) {
            throw new ControlFailure(
                    ControlFailure.Code.NOT_FOUND,
                    "\"" + text + "\" is no address and no peer with a tunnel");
        }
        if (named.stream().map(CertificateView::addresses).distinct().count() > 1) {
            throw bad("several peers are named \"" + text + "\": use an address");
        }
        return ofFamily(named.getFirst().addresses(), other);
    }

    private static Ip ofFamily(List<Ip> addresses, @Nullable Ip other) {
        return addresses.stream()
                .filter(address -> other == null || address.isIpv4() == other.isIpv4())
                .findFirst()
                .orElse(addresses.getFirst());
    }

    private Body close(String peer) {
        Ip address = address(peer, null);
        int closed = agent.closeTunnels(address);
        if (closed == 0) {
            throw new ControlFailure(ControlFailure.Code.NOT_FOUND, "no tunnel to " + peer);
        }
        return json -> json.writeNumberField("closed", closed);
    }

    private Body rehandshake(String peer) {
        Ip address = address(peer, null);
        agent.rehandshake(address);
        return json -> json.writeStringField("started", address.toString());
    }

    private Body logLevel(String level) {
        if (!level.isEmpty()) {
            if (!LEVELS.contains(level)) {
                throw bad("level must be one of " + String.join(", ", LEVELS));
            }
            agent.logLevel(level);
        }
        return json -> json.writeStringField("level", agent.agent().logLevel());
    }

    private Body reload(ControlPeer caller) {
        var report = agent.reload(caller);
        return json -> ViewJson.reload(json, report);
    }
}
