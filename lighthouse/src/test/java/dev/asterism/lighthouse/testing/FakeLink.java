package dev.asterism.lighthouse.testing;

import dev.asterism.lighthouse.wire.LighthouseMessage;
import dev.asterism.lighthouse.wire.MessageKind;
import dev.asterism.overlay.cert.CertificateId;
import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.wire.MessageType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A control plane that writes down what it is asked. */
public class FakeLink implements ControlLink {

    /** A message towards a peer, and when. */
    public record Sent(long nanos, Ip to, MessageType type, Bytes payload) {

        public LighthouseMessage message() {
            return Objects.requireNonNull(LighthouseMessage.decode(payload));
        }
    }

    /** A datagram outside of sessions. */
    public record Punch(UnderlayAddr to, Bytes content) {}

    public final List<Sent> sent = new ArrayList<>();
    public final List<Punch> punches = new ArrayList<>();
    public final List<Ip> woken = new ArrayList<>();
    public final List<Ip> ensured = new ArrayList<>();
    public final Map<Ip, List<UnderlayAddr>> moved = new LinkedHashMap<>();
    public final Map<Ip, CertificateId> certificates = new LinkedHashMap<>();
    public final Map<Ip, Integer> ourVersion = new LinkedHashMap<>();
    public final Map<Ip, Integer> peerVersion = new LinkedHashMap<>();
    public final Map<Ip, List<Cidr>> networks = new LinkedHashMap<>();
    public final Set<Ip> tunnels = new LinkedHashSet<>();
    public final FakeBundleLink bundles = new FakeBundleLink();
    public final FakeServiceLink services = new FakeServiceLink();
    private int initiatingVersion = 2;

    public void initiatingVersion(int version) {
        initiatingVersion = version;
    }

    /** Lighthouse messages of one kind, oldest first. */
    public List<Sent> sent(MessageKind kind) {
        return sent.stream()
                .filter(s -> s.type() == MessageType.LIGHTHOUSE && s.message().kind() == kind)
                .toList();
    }

    @Override
    public void send(Ip peer, MessageType type, int subtype, byte[] payload, Tick now) {
        sent.add(new Sent(now.nanos(), peer, type, Bytes.copyOf(payload)));
    }

    @Override
    public void sendDatagram(UnderlayAddr to, byte[] datagram) {
        punches.add(new Punch(to, Bytes.copyOf(datagram)));
    }

    @Override
    public void wakeHandshake(Ip peer, Tick now) {
        woken.add(peer);
    }

    @Override
    public void ensureTunnel(Ip peer, Tick now) {
        ensured.add(peer);
    }

    @Override
    public void remotesChanged(Ip peer, List<UnderlayAddr> fresh) {
        moved.put(peer, fresh);
    }

    @Override
    public @Nullable CertificateId certificateOf(Ip peer) {
        return certificates.get(peer);
    }

    @Override
    public int certificateVersionTowards(Ip peer) {
        return ourVersion.getOrDefault(peer, initiatingVersion);
    }

    @Override
    public int peerCertificateVersion(Ip peer) {
        return peerVersion.getOrDefault(peer, initiatingVersion);
    }

    @Override
    public boolean hasTunnel(Ip peer) {
        return tunnels.contains(peer);
    }

    @Override
    public @Nullable List<Cidr> networksOf(Ip peer) {
        return networks.get(peer);
    }

    @Override
    public FakeBundleLink bundles() {
        return bundles;
    }

    @Override
    public FakeServiceLink services() {
        return services;
    }
}
