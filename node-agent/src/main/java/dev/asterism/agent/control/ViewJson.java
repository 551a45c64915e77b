package dev.asterism.agent.control;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.asterism.agent.service.ReloadReport;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.view.CertificateView;
import dev.asterism.overlay.view.DropView;
import dev.asterism.overlay.view.HandshakeView;
import dev.asterism.overlay.view.LastPacketView;
import dev.asterism.overlay.view.NodeView;
import dev.asterism.overlay.view.PathView;
import dev.asterism.overlay.view.PeerView;
import dev.asterism.overlay.view.RefusedPeerView;
import dev.asterism.overlay.view.RouteView;
import dev.asterism.overlay.view.WhyView;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Views as fields of a JSON object, as docs/control.md lists them: ages in milliseconds, times in
 * RFC 3339, addresses as text.
 */
final class ViewJson {

    private ViewJson() {}

    static void status(
            JsonGenerator json, AgentView agent, NodeView node, RevocationView revocation)
            throws IOException {
        json.writeObjectFieldStart("agent");
        json.writeStringField("version", agent.version());
        json.writeNumberField("pid", agent.pid());
        age(json, "uptime_ms", agent.uptime());
        json.writeStringField("config", agent.config());
        json.writeStringField("device", agent.device());
        json.writeStringField("listens", agent.listens());
        json.writeStringField("log_level", agent.logLevel());
        ReloadReport reload = agent.lastReload();
        if (reload != null) {
            json.writeObjectFieldStart("last_reload");
            reload(json, reload);
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeObjectFieldStart("node");
        certificate(json, node.certificate());
        json.writeArrayFieldStart("other_certificates");
        for (CertificateView other : node.otherCertificates()) {
            json.writeStartObject();
            certificate(json, other);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeBooleanField("lighthouse", node.lighthouse());
        json.writeStringField("cipher", node.cipher());
        json.writeArrayFieldStart("lighthouses");
        for (NodeView.LighthouseView lighthouse : node.lighthouses()) {
            json.writeStartObject();
            json.writeStringField("address", lighthouse.address().toString());
            json.writeBooleanField("connected", lighthouse.connected());
            json.writeEndObject();
        }
        json.writeEndArray();
        NodeView.Counts counts = node.counts();
        json.writeObjectFieldStart("counts");
        json.writeNumberField("peers", counts.peers());
        json.writeNumberField("tunnels", counts.tunnels());
        json.writeNumberField("unconfirmed", counts.unconfirmed());
        json.writeNumberField("pending_handshakes", counts.pendingHandshakes());
        json.writeNumberField("tracked_flows", counts.trackedFlows());
        json.writeNumberField("max_tracked_flows", counts.maxTrackedFlows());
        json.writeNumberField("evicted_flows", counts.evictedFlows());
        json.writeNumberField("refused_commands", counts.refusedCommands());
        json.writeEndObject();
        PathJson.relays(json, node.relays());
        RevocationJson.bundles(json, revocation);
        RevocationJson.absent(json, revocation);
        json.writeEndObject();
    }

    private static void certificate(JsonGenerator json, CertificateView certificate)
            throws IOException {
        json.writeStringField("name", certificate.name());
        json.writeNumberField("certificate_version", certificate.version());
        texts(json, "addresses", certificate.addresses());
        texts(json, "networks", certificate.networks());
        texts(json, "unsafe_networks", certificate.unsafeNetworks());
        texts(json, "groups", certificate.groups());
        json.writeStringField("fingerprint", certificate.fingerprint());
        json.writeStringField("issuer", certificate.issuer());
        json.writeStringField("issuer_name", certificate.issuerName());
        json.writeStringField("not_before", certificate.notBefore().toString());
        json.writeStringField("not_after", certificate.notAfter().toString());
    }

    static void peers(
            JsonGenerator json,
            List<PeerView> peers,
            List<HandshakeView> handshakes,
            List<RefusedPeerView> refused)
            throws IOException {
        json.writeArrayFieldStart("peers");
        for (PeerView peer : peers) {
            json.writeStartObject();
            peer(json, peer);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("handshakes");
        for (HandshakeView handshake : handshakes) {
            json.writeStartObject();
            handshake(json, handshake);
            json.writeEndObject();
        }
        json.writeEndArray();
        RevocationJson.refused(json, refused);
    }

    private static void peer(JsonGenerator json, PeerView peer) throws IOException {
        certificate(json, peer.certificate());
        json.writeBooleanField("primary", peer.primary());
        json.writeBooleanField("confirmed", peer.confirmed());
        json.writeBooleanField("initiator", peer.initiator());
        json.writeBooleanField("lighthouse", peer.lighthouse());
        age(json, "handshake_age_ms", peer.age());
        path(json, peer.path());
        mtu(json, peer.path().mtu());
        json.writeNumberField("packets_in", peer.traffic().packetsIn());
        json.writeNumberField("packets_out", peer.traffic().packetsOut());
        json.writeNumberField("packets_lost", peer.traffic().packetsLost());
        json.writeNumberField("bytes_in", peer.traffic().bytesIn());
        json.writeNumberField("bytes_out", peer.traffic().bytesOut());
        age(json, "last_in_ms", peer.traffic().lastIn());
        age(json, "last_out_ms", peer.traffic().lastOut());
        quality(json, peer.quality());
        json.writeNumberField("tracked_flows", peer.trackedFlows());
        json.writeNumberField("local_index", Integer.toUnsignedLong(peer.indexes().local()));
        json.writeNumberField("remote_index", Integer.toUnsignedLong(peer.indexes().remote()));
    }

    private static void mtu(JsonGenerator json, PathView.PacketSize mtu) throws IOException {
        json.writeNumberField("mtu", mtu.bytes());
        json.writeStringField("mtu_by", mtu.source().name().toLowerCase(Locale.ROOT));
        age(json, "mtu_age_ms", mtu.age());
    }

    /**
     * @param peer null when there is no tunnel
     */
    static void ping(JsonGenerator json, Ip address, @Nullable PeerView peer, boolean answered)
            throws IOException {
        json.writeStringField("address", address.toString());
        json.writeBooleanField("answered", answered);
        if (peer == null) {
            json.writeStringField("path", "none");
            return;
        }
        json.writeStringField("name", peer.certificate().name());
        way(json, peer.path());
        mtu(json, peer.path().mtu());
        roundTrip(json, peer.quality());
    }

    private static void path(JsonGenerator json, PathView path) throws IOException {
        way(json, path);
        age(json, "path_age_ms", path.age());
        texts(json, "candidates", path.candidates());
        texts(json, "relayed_for", path.relayedFor());
        PathJson.choice(json, path.choice());
    }

    private static void way(JsonGenerator json, PathView path) throws IOException {
        PathView.Relay relay = path.relay();
        String kind = relay == null ? "none" : "relay";
        json.writeStringField("path", path.remote() == null ? kind : "direct");
        json.writeStringField("remote", String.valueOf(path.remote()));
        if (relay != null) {
            json.writeStringField("relay_addr", relay.address().toString());
            json.writeStringField("relay_name", relay.name());
        }
    }

    private static void roundTrip(JsonGenerator json, PeerView.Quality quality) throws IOException {
        if (quality.rtt() != null) {
            json.writeNumberField("rtt_us", quality.rtt().toNanos() / 1_000);
            json.writeStringField("rtt_by", quality.rttRough() ? "handshake" : "test");
        }
    }

    private static void quality(JsonGenerator json, PeerView.Quality quality) throws IOException {
        roundTrip(json, quality);
        age(json, "rtt_age_ms", quality.rttAge());
        json.writeNumberField("bytes_in_per_second", quality.inPerSecond());
        json.writeNumberField("bytes_out_per_second", quality.outPerSecond());
    }

    private static void handshake(JsonGenerator json, HandshakeView handshake) throws IOException {
        json.writeStringField("target", handshake.target().toString());
        json.writeNumberField("attempts", handshake.attempts());
        json.writeNumberField("max_attempts", handshake.maxAttempts());
        age(json, "age_ms", handshake.age());
        texts(json, "candidates", handshake.candidates());
        texts(json, "tried", handshake.tried());
        json.writeNumberField("waiting_packets", handshake.waitingPackets());
        json.writeStringField("reason", handshake.reason());
    }

    static void routes(JsonGenerator json, List<RouteView> routes) throws IOException {
        json.writeArrayFieldStart("routes");
        for (RouteView route : routes) {
            json.writeStartObject();
            json.writeStringField("network", route.network().toString());
            json.writeArrayFieldStart("gateways");
            for (RouteView.GatewayView gateway : route.gateways()) {
                json.writeStartObject();
                json.writeStringField("address", gateway.address().toString());
                json.writeNumberField("weight", gateway.weight());
                json.writeStringField("peer", gateway.peer());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeNumberField("mtu", route.mtu());
            json.writeNumberField("metric", route.metric());
            json.writeBooleanField("installed", route.installed());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void drops(JsonGenerator json, List<DropView> drops) throws IOException {
        json.writeArrayFieldStart("drops");
        for (DropView drop : drops) {
            json.writeStartObject();
            json.writeStringField("at", drop.at().toString());
            json.writeStringField("direction", drop.inbound() ? "in" : "out");
            json.writeStringField("peer", drop.peer());
            json.writeStringField("local_addr", drop.localAddr().toString());
            json.writeStringField("local_port", drop.localPort());
            json.writeStringField("remote_addr", drop.remoteAddr().toString());
            json.writeStringField("remote_port", drop.remotePort());
            json.writeNumberField("protocol", drop.protocol());
            json.writeStringField("reason", drop.reason());
            json.writeStringField("rules", drop.rules());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void remotes(JsonGenerator json, List<RemoteView> remotes) throws IOException {
        json.writeArrayFieldStart("hosts");
        for (RemoteView remote : remotes) {
            json.writeStartObject();
            texts(json, "addresses", remote.overlay());
            texts(json, "candidates", remote.candidates());
            json.writeObjectFieldStart("told_by");
            for (Map.Entry<?, ? extends Collection<?>> owner : remote.byOwner().entrySet()) {
                texts(json, owner.getKey().toString(), owner.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void why(JsonGenerator json, WhyView why) throws IOException {
        WhyView.PacketQuestion question = why.question();
        json.writeStringField("src", question.source().toString());
        json.writeStringField("dst", question.destination().toString());
        json.writeNumberField("port", question.port());
        json.writeNumberField("protocol", question.protocol());
        json.writeStringField("direction", why.inbound() ? "in" : "out");
        json.writeStringField("route", why.route());
        json.writeStringField(
                "peer_address", why.peerAddress() == null ? "" : why.peerAddress().toString());
        PeerView peer = why.peer();
        if (peer != null) {
            json.writeObjectFieldStart("peer");
            peer(json, peer);
            json.writeEndObject();
        }
        HandshakeView pending = why.handshake();
        if (pending != null) {
            json.writeObjectFieldStart("handshake");
            handshake(json, pending);
            json.writeEndObject();
        }
        json.writeBooleanField("admitted", why.admitted());
        json.writeStringField("reason", why.reason());
        WhyView.RulePlace rule = why.rule();
        if (rule != null) {
            json.writeObjectFieldStart("rule");
            rule(json, rule);
            json.writeEndObject();
        }
        json.writeArrayFieldStart("closest");
        for (WhyView.RuleMiss miss : why.misses()) {
            json.writeStartObject();
            rule(json, miss.rule());
            texts(json, "failed", miss.failed());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void last(JsonGenerator json, LastPacketView last) throws IOException {
        json.writeObjectFieldStart("last");
        age(json, "age_ms", last.age());
        json.writeBooleanField("admitted", last.admitted());
        json.writeStringField("reason", last.reason());
        json.writeStringField("rules", last.rules());
        json.writeStringField("source_port", last.sourcePort());
        json.writeEndObject();
        why(json, last.now());
    }

    private static void rule(JsonGenerator json, WhyView.RulePlace rule) throws IOException {
        json.writeStringField("label", rule.label());
        json.writeStringField("file", rule.file());
        json.writeNumberField("line", rule.line());
    }

    static void reload(JsonGenerator json, ReloadReport report) throws IOException {
        json.writeStringField("at", report.at().toString());
        json.writeBooleanField("applied", report.applied());
        texts(json, "changed", report.changed());
        texts(json, "needs_restart", report.restart());
        texts(json, "problems", report.problems());
        texts(json, "warnings", report.warnings());
    }

    static void texts(JsonGenerator json, String name, Collection<?> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (Object value : values) {
            json.writeString(value.toString());
        }
        json.writeEndArray();
    }

    /** A field that is missing means never. */
    static void age(JsonGenerator json, String name, @Nullable Duration age) throws IOException {
        if (age != null) {
            json.writeNumberField(name, age.toMillis());
        }
    }
}
