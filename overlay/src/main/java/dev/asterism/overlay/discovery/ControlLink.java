package dev.asterism.overlay.discovery;

import dev.asterism.overlay.cert.CertificateId;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.wire.MessageType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What message handlers may ask of the control plane. Control plane's thread only. */
public interface ControlLink {

    /**
     * Seals and sends a message to a peer; without a tunnel a handshake starts and the message waits in it,
     * within the limit of the pending handshake.
     */
    void send(Ip peer, MessageType type, int subtype, byte[] payload, Tick now);

    /** One datagram outside of any session, such as a punch. */
    void sendDatagram(UnderlayAddr to, byte[] datagram);

    /** New candidates are there: attempt a pending handshake with this peer at once (wire.md 5.2). */
    void wakeHandshake(Ip peer, Tick now);

    /**
     * Makes sure that a peer can be reached: tests its tunnel and begins a handshake beside it when no answer
     * comes; begins a handshake when there is no tunnel. No effect while either is under way.
     */
    void ensureTunnel(Ip peer, Tick now);

    /**
     * Discovery has learned of addresses of a peer that it did not know before. With a tunnel, the peer is tested
     * there, as it may have moved without a word to us; without one, no effect.
     *
     * @param fresh a few that the allow lists admit
     */
    void remotesChanged(Ip peer, List<UnderlayAddr> fresh);

    /** Version of our certificate on the tunnel to the peer; the initiating version without a tunnel. */
    int certificateVersionTowards(Ip peer);

    /** Version of the peer's certificate on its tunnel; the initiating version without a tunnel (wire.md 4.6). */
    int peerCertificateVersion(Ip peer);

    boolean hasTunnel(Ip peer);

    /** Names the certificate on the peer's tunnel; null without a tunnel. */
    @Nullable CertificateId certificateOf(Ip peer);

    /** Networks of the certificate on the peer's tunnel, in order; null without a tunnel. */
    @Nullable List<Cidr> networksOf(Ip peer);

    /** For the exchange of revocation bundles. */
    BundleLink bundles();

    /** For the exchange of advertised services. */
    ServiceLink services();
}
