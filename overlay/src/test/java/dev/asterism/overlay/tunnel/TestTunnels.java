package dev.asterism.overlay.tunnel;

import dev.asterism.overlay.aead.JcaAead;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.CandidateFilter;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.RemoteList;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tunnels without a handshake, for tests of what comes after it. */
public final class TestTunnels {

    public static final UnderlayAddr REMOTE = UnderlayAddr.of("198.51.100.7:4242");

    private final TestPki pki = TestPki.seeded(7);
    private final LocalIdentity ours = pki.host("me", "10.42.0.5/16");
    private final Map<Fingerprint, VerifiedCertificate> verified = new LinkedHashMap<>();
    private int nextIndex = 1;

    public TestPki pki() {
        return pki;
    }

    public LocalIdentity ours() {
        return ours;
    }

    /** One that we initiated, to a peer with these addresses. */
    public Tunnel initiated(String name, String... networks) {
        return tunnel(true, Bytes.EMPTY, certificate(name, networks));
    }

    /** One that message 1 made: unconfirmed. */
    public Tunnel answered(String name, String... networks) {
        return tunnel(false, Bytes.ofHex("00" + nextIndex % 10 + "1"), certificate(name, networks));
    }

    public Certificate certificate(String name, String... networks) {
        Subject subject = TestPki.subject(name, networks);
        return pki.host(subject).certificate();
    }

    /** One that we initiated with that certificate of ours. */
    public Tunnel shownTo(Certificate shown, String... peer) {
        return tunnel(true, Bytes.EMPTY, certificate("peer", peer), shown);
    }

    public Tunnel tunnel(boolean initiator, Bytes message1, Certificate peer) {
        return tunnel(initiator, message1, peer, ours.certificate());
    }

    private Tunnel tunnel(boolean initiator, Bytes message1, Certificate peer, Certificate shown) {
        byte[] key = new byte[32];
        int index = nextIndex++;
        Session session =
                new Session(
                        index,
                        index + 10_000,
                        JcaAead.aesGcm().key(key),
                        JcaAead.aesGcm().key(key),
                        new ReplayWindow(ReplayWindow.DEFAULT_LENGTH));
        VerifiedCertificate of =
                verified.computeIfAbsent(peer.fingerprint(), _ -> pki.verified(peer));
        return new Tunnel(
                session,
                of,
                new HandshakeRecord(initiator, message1, Bytes.EMPTY, 1, shown),
                new RemoteList(
                        peer.networks().stream().map(Cidr::address).toList(),
                        () -> CandidateFilter.OPEN),
                Path.to(REMOTE));
    }
}
