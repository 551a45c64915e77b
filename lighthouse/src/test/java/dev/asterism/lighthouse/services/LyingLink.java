package dev.asterism.lighthouse.services;

import dev.asterism.lighthouse.services.ServiceMessage.Known;
import dev.asterism.lighthouse.services.ServiceMessage.Part;
import dev.asterism.overlay.cert.CertificateId;
import dev.asterism.overlay.discovery.BundleLink;
import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.discovery.ServiceLink;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.wire.MessageType;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The way out of a lighthouse that lies about who offers a service, and is honest about everything else. */
public final class LyingLink implements ControlLink {

    private final ControlLink honest;
    private final UnaryOperator<List<ServiceEntry>> lie;

    /**
     * @param lie from what is true of a service, at most 16 hosts, to what is told
     */
    public LyingLink(ControlLink honest, UnaryOperator<List<ServiceEntry>> lie) {
        this.honest = honest;
        this.lie = lie;
    }

    @Override
    public void send(Ip peer, MessageType type, int subtype, byte[] payload, Tick now) {
        byte[] told = payload;
        if (ServiceMessage.decode(Bytes.copyOf(payload)) instanceof Part part) {
            ServiceSet set = ServiceSet.of(lie.apply(part.entries()));
            Known known = new Known(part.service().name(), set.digest());
            told = new Part(known, true, 0, 1, set.list()).encode();
        }
        honest.send(peer, type, subtype, told, now);
    }

    @Override
    public void sendDatagram(UnderlayAddr to, byte[] datagram) {
        honest.sendDatagram(to, datagram);
    }

    @Override
    public void wakeHandshake(Ip peer, Tick now) {
        honest.wakeHandshake(peer, now);
    }

    @Override
    public void ensureTunnel(Ip peer, Tick now) {
        honest.ensureTunnel(peer, now);
    }

    @Override
    public void remotesChanged(Ip peer, List<UnderlayAddr> fresh) {
        honest.remotesChanged(peer, fresh);
    }

    @Override
    public int certificateVersionTowards(Ip peer) {
        return honest.certificateVersionTowards(peer);
    }

    @Override
    public int peerCertificateVersion(Ip peer) {
        return honest.peerCertificateVersion(peer);
    }

    @Override
    public boolean hasTunnel(Ip peer) {
        return honest.hasTunnel(peer);
    }

    @Override
    public @Nullable CertificateId certificateOf(Ip peer) {
        return honest.certificateOf(peer);
    }

    @Override
    public @Nullable List<Cidr> networksOf(Ip peer) {
        return honest.networksOf(peer);
    }

    @Override
    public BundleLink bundles() {
        return honest.bundles();
    }

    @Override
    public ServiceLink services() {
        return honest.services();
    }
}
