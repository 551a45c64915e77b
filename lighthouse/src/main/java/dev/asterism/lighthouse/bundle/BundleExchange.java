package dev.asterism.lighthouse.bundle;

import dev.asterism.lighthouse.bundle.BundleMessage.Have;
import dev.asterism.lighthouse.bundle.BundleMessage.Offer;
import dev.asterism.lighthouse.bundle.BundleMessage.Piece;
import dev.asterism.lighthouse.bundle.BundleMessage.Want;
import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.discovery.BundleLink;
import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.discovery.PeerMessage;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.revocation.BundleException;
import dev.asterism.overlay.revocation.BundleException.Fault;
import dev.asterism.overlay.revocation.RevocationBundle;
import dev.asterism.overlay.wire.MessageType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings the newest bundle of each CA to this node and on from it. Only between a node and a lighthouse, in both
 * directions: a lighthouse gets what a node has, so that all lighthouses of a mesh have the newest one without a word
 * to each other. Who has which number is said when a tunnel was made and when a newer bundle came. Control plane only.
 */
public final class BundleExchange {

    private final Supplier<DiscoverySettings> settings;
    private final ControlLink link;
    private final BundleKeeping kept;
    private final BundleNews news;
    private final BundleCounters counters;
    private final BundleLimits limits = new BundleLimits();
    private final BundleOffers offers = new BundleOffers();
    private @Nullable BundleFetch fetch;

    /**
     * @param kept what is in force
     */
    public BundleExchange(
            Supplier<DiscoverySettings> settings,
            ControlLink link,
            BundleKeeping kept,
            RandomSource random) {
        this.settings = settings;
        this.link = link;
        this.kept = kept;
        this.news = new BundleNews(() -> !settings.get().lighthouse().hosts().isEmpty(), random);
        this.counters = kept.counters();
    }

    /** A tunnel was made: both ends say what they have. */
    public void sessionMade(List<Ip> peerAddresses, Tick now) {
        Ip peer = peerAddresses.getFirst();
        if (isPartner(peerAddresses)) {
            tell(peer, false, now);
        }
    }

    private boolean isPartner(List<Ip> addresses) {
        return settings.get().amLighthouse() || settings.get().isLighthouse(addresses);
    }

    private void tell(Ip peer, boolean answer, Tick now) {
        send(peer, new Have(answer, kept.offers()), now);
    }

    /** Not where the tunnel is gone: a new one begins with what both have. */
    private void send(Ip peer, BundleMessage message, Tick now) {
        if (link.bundles().exchangesBundles(peer)) {
            link.send(peer, MessageType.LIGHTHOUSE, 0, message.encode(), now);
        }
    }

    /** At a start, and when the settings, and with them perhaps the CAs, are others. */
    public void restart(Tick now) {
        offers.forgetUseless();
        kept.casChanged(now);
        news.restart(now);
    }

    /** What is in force, and what was counted. */
    public BundleKeeping kept() {
        return kept;
    }

    /**
     * Takes a bundle that the operator of this host gives it, and tells others.
     *
     * @throws BundleException when it cannot be used; nothing has changed then
     */
    public BundleKeeping.Result offer(RevocationBundle bundle, Tick now) throws BundleException {
        BundleKeeping.Result result = kept.offer(bundle, now);
        if (result == BundleKeeping.Result.IN_FORCE) {
            news.changed(now);
        }
        return result;
    }

    /** False when the payload is no message of this exchange that can be read. */
    public boolean handle(PeerMessage from, Tick now) {
        BundleMessage message = BundleMessage.decode(from.payload());
        if (message == null) {
            return false;
        }
        Ip peer = from.primary();
        if (!isPartner(from.addresses()) || !link.bundles().exchangesBundles(peer)) {
            return true;
        }
        switch (message) {
            case Have have -> onHave(peer, have, now);
            case Want want -> onWant(peer, want, now);
            case Piece piece -> onPiece(peer, piece, now);
        }
        return true;
    }

    private void onHave(Ip peer, Have have, Tick now) {
        if (!limits.maySay(peer, now)) {
            counters.countLimited();
            return;
        }
        for (Offer offer : have.offers()) {
            kept.heardOf(offer, peer, now);
            if (isWanted(new BundleOffers.Offered(peer, offer), now)) {
                offers.add(peer, offer);
            }
        }
        if (!have.answer() && kept.hasNewerThan(have.offers())) {
            tell(peer, true, now);
        }
        next(now);
    }

    /** Fetches the next bundle that somebody offers, unless one is on its way. */
    private void next(Tick now) {
        if (fetch != null) {
            return;
        }
        BundleOffers.Offered offered = offers.next(o -> isWanted(o, now));
        if (offered != null) {
            fetch = new BundleFetch(offered.peer(), offered.offer(), now);
            ask(fetch, now);
        }
    }

    private boolean isWanted(BundleOffers.Offered offered, Tick now) {
        Offer offer = offered.offer();
        return link.bundles().cas().authority(offer.ca()) != null
                && kept.inForce().wants(offer.ca(), offer.edition())
                && !offers.isUseless(offer, now)
                && !limits.isPenalised(offered.peer(), now)
                && link.bundles().exchangesBundles(offered.peer());
    }

    private void ask(BundleFetch under, Tick now) {
        send(under.peer(), under.ask(now), now);
    }

    private void onWant(Ip peer, Want want, Tick now) {
        RevocationBundle bundle = kept.inForce().of(want.offer().ca());
        if (bundle == null || !bundle.edition().equals(want.offer().edition())) {
            if (limits.maySay(peer, now)) {
                tell(peer, true, now); // it has been replaced meanwhile
            }
            return;
        }
        Bytes content = bundle.encoded();
        int end = BundleMessage.piecesOf(content.length());
        for (int i = want.firstPiece(); i < Math.min(want.firstPiece() + want.pieces(), end); i++) {
            if (!limits.mayHavePiece(peer, now)) {
                counters.countLimited();
                return;
            }
            int at = i * BundleMessage.PIECE_BYTES;
            int length = Math.min(BundleMessage.PIECE_BYTES, content.length() - at);
            send(peer, new Piece(want.offer(), i, content.slice(at, length)), now);
            counters.countPieceSent();
        }
    }

    private void onPiece(Ip peer, Piece piece, Tick now) {
        BundleFetch under = fetch;
        if (under == null || !under.peer().equals(peer) || !under.offer().equals(piece.offer())) {
            return;
        }
        counters.countPieceReceived();
        CaPool cas = link.bundles().cas();
        try {
            under.take(piece, cas, now);
            if (under.isComplete()) {
                RevocationBundle bundle = under.bundle();
                fetch = null;
                if (kept.inForce().wants(bundle.ca(), bundle.edition())
                        && kept.accept(bundle, peer.toString(), now)) {
                    news.changed(now);
                }
                next(now);
            } else if (under.wantsMore()) {
                ask(under, now);
            }
        } catch (BundleException e) {
            refused(under, e, now);
        }
    }

    private void refused(BundleFetch under, BundleException why, Tick now) {
        fetch = null;
        kept.refused(under.peer(), under.offer(), why);
        if (why.fault() == Fault.MALFORMED || why.fault() == Fault.FORGED) {
            limits.penalise(under.peer(), now);
        } else {
            offers.markUseless(
                    under.offer(), now); // genuine, so whoever passes it on is not to blame
        }
        next(now);
    }

    public void onTimer(Tick now) {
        BundleFetch under = fetch;
        if (under != null && under.hasFailed(now)) {
            fetch = null;
            kept.notSent(under.peer(), under.offer());
            next(now);
        } else if (under != null && under.isToAskAgain(now)) {
            ask(under, now);
        }
        for (Ip peer : news.due(this::partners, now)) {
            tell(peer, false, now);
        }
        kept.onTimer(now);
    }

    private List<Ip> partners() {
        BundleLink nodes = link.bundles();
        List<Ip> partners = new ArrayList<>();
        for (Ip peer : nodes.bundlePeers()) {
            if (isPartner(List.of(peer))) {
                partners.add(peer);
            }
        }
        return partners;
    }

    public long nextDeadlineNanos() {
        BundleFetch under = fetch;
        long fetching = under == null ? Long.MAX_VALUE : under.nextDeadlineNanos();
        return Math.min(fetching, Math.min(news.nextDeadlineNanos(), kept.nextDeadlineNanos()));
    }

    /** Peers whose budgets are kept; for tests. */
    int watched() {
        return limits.size();
    }
}
