package dev.asterism.lighthouse.mesh;

import dev.asterism.lighthouse.Discovery;
import dev.asterism.lighthouse.bundle.BundleMessage;
import dev.asterism.lighthouse.bundle.BundleMessage.Have;
import dev.asterism.lighthouse.bundle.BundleMessage.Offer;
import dev.asterism.lighthouse.bundle.BundleMessage.Piece;
import dev.asterism.lighthouse.bundle.BundleMessage.Want;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.discovery.PeerDiscovery;
import dev.asterism.overlay.discovery.PeerMessage;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.RemoteList;
import dev.asterism.overlay.revocation.TestBundles;
import dev.asterism.overlay.wire.MessageType;
import java.util.List;

/** A lighthouse that finds hosts as it should and lies about bundles. */
final class LyingLighthouse implements PeerDiscovery {

    /** How it lies. */
    enum Lie {
        /** Knows an old bundle for ever, and offers that. */
        OLD,
        /** Offers what nobody has signed, and sends it. */
        GARBAGE,
        /** Offers the next bundle and sends a genuine one whose content it has changed. */
        CHANGED,
        /** Offers what it never sends. */
        WITHHELD,
        /** Says nothing and does not answer. */
        SILENT
    }

    static final long PROMISED = 99;

    private final Discovery honest;
    private final ControlLink link;
    private final Lie lie;
    private final TestBundles issuer;

    LyingLighthouse(Discovery honest, ControlLink link, Lie lie, TestBundles issuer) {
        this.honest = honest;
        this.link = link;
        this.lie = lie;
        this.issuer = issuer;
    }

    private Offer offer() {
        return Offer.of(
                switch (lie) {
                    case OLD -> issuer.bundle(1);
                    case CHANGED -> issuer.large(PROMISED, 3);
                    case GARBAGE, WITHHELD, SILENT -> issuer.bundle(PROMISED);
                });
    }

    private void send(Ip peer, BundleMessage message, Tick now) {
        link.send(peer, MessageType.LIGHTHOUSE, 0, message.encode(), now);
    }

    private void offerTo(Ip peer, Tick now) {
        if (lie != Lie.SILENT) {
            send(peer, new Have(false, List.of(offer())), now);
        }
    }

    @Override
    public void handle(PeerMessage message, Tick now) {
        BundleMessage content = BundleMessage.decode(message.payload());
        if (content == null) {
            honest.handle(message, now);
        } else if (content instanceof Have) {
            offerTo(message.primary(), now);
        } else if (content instanceof Want want) {
            answer(message.primary(), want, now);
        }
    }

    private void answer(Ip peer, Want want, Tick now) {
        byte[] content =
                switch (lie) {
                    case OLD -> issuer.bundle(1).encoded().toArray();
                    case GARBAGE -> new byte[BundleMessage.PIECE_BYTES];
                    case CHANGED -> changed();
                    case WITHHELD, SILENT -> new byte[0];
                };
        int at = want.firstPiece() * BundleMessage.PIECE_BYTES;
        int length = Math.min(BundleMessage.PIECE_BYTES, content.length - at);
        if (length > 0) {
            Bytes piece = Bytes.copyOf(content, at, length);
            send(peer, new Piece(want.offer(), want.firstPiece(), piece), now);
        }
    }

    /** One fingerprint is not the one that was signed. */
    private byte[] changed() {
        byte[] bundle = issuer.large(PROMISED, 3).encoded().toArray();
        bundle[bundle.length - 1] ^= 1;
        return bundle;
    }

    @Override
    public void sessionMade(List<Ip> peerAddresses, Tick now) {
        honest.sessionMade(peerAddresses, now);
        offerTo(peerAddresses.getFirst(), now);
    }

    @Override
    public void onTimer(Tick now) {
        honest.onTimer(now);
    }

    @Override
    public long nextDeadlineNanos() {
        return honest.nextDeadlineNanos();
    }

    @Override
    public void reconfigure(OverlayConfig config, Tick now) {
        honest.reconfigure(config, now);
    }

    @Override
    public void localAddressesChanged(Tick now) {
        honest.localAddressesChanged(now);
    }

    @Override
    public boolean isBehindNat() {
        return honest.isBehindNat();
    }

    @Override
    public RemoteList remotesOf(Ip overlay) {
        return honest.remotesOf(overlay);
    }

    @Override
    public boolean handshakeStarting(Ip overlay, Tick now) {
        return honest.handshakeStarting(overlay, now);
    }

    @Override
    public void query(Ip overlay, Tick now) {
        honest.query(overlay, now);
    }

    @Override
    public void handshakeFailed(Ip overlay) {
        honest.handshakeFailed(overlay);
    }

    @Override
    public boolean isLighthouse(Ip overlay) {
        return honest.isLighthouse(overlay);
    }

    @Override
    public void peerGone(List<Ip> peerAddresses) {
        honest.peerGone(peerAddresses);
    }
}
