package dev.asterism.lighthouse.bundle;

import dev.asterism.lighthouse.bundle.BundleMessage.Offer;
import dev.asterism.lighthouse.bundle.BundleMessage.Piece;
import dev.asterism.lighthouse.bundle.BundleMessage.Want;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.revocation.BundleException;
import dev.asterism.overlay.revocation.BundleException.Fault;
import dev.asterism.overlay.revocation.BundleHead;
import dev.asterism.overlay.revocation.RevocationBundle;
import java.time.Duration;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * One bundle on its way from one peer. The first piece has the head: until that is verified, nothing else is asked for
 * or kept, so that a peer without a genuine bundle costs one piece. Control plane only.
 */
final class BundleFetch {

    /** Pieces that did not come by then are asked for again. */
    static final long AGAIN_NANOS = Duration.ofMillis(250).toNanos();

    /** A peer that sends nothing for so long is given up. */
    static final long STALLED_NANOS = Duration.ofSeconds(1).toNanos();

    /** The whole of a fetch, however little is missing. */
    static final long LONGEST_NANOS = Duration.ofSeconds(10).toNanos();

    private final Ip peer;
    private final Offer offer;
    private final long beganNanos;
    private final BitSet have = new BitSet();
    private @Nullable BundleHead head;
    private byte[] content = {};
    private int askedUntil;
    private long progressNanos;
    private long askedNanos;

    BundleFetch(Ip peer, Offer offer, Tick now) {
        this.peer = peer;
        this.offer = offer;
        beganNanos = now.nanos();
        progressNanos = now.nanos();
    }

    Ip peer() {
        return peer;
    }

    Offer offer() {
        return offer;
    }

    /** The next message to send. */
    Want ask(Tick now) {
        askedNanos = now.nanos();
        int first = have.nextClearBit(0);
        int most = head == null ? 1 : BundleMessage.piecesOf(content.length) - first;
        int pieces = Math.clamp(most, 1, BundleMessage.MAX_PIECES_ASKED);
        askedUntil = first + pieces;
        return new Want(offer, first, pieces);
    }

    /** True when all that was asked for is here, and the rest is to be asked for. */
    boolean wantsMore() {
        return have.nextClearBit(0) >= askedUntil && !isComplete();
    }

    boolean isComplete() {
        return head != null && have.nextClearBit(0) >= BundleMessage.piecesOf(content.length);
    }

    /** Takes a piece of this offer; one that cannot be right ends the fetch with an exception. */
    void take(Piece piece, CaPool cas, Tick now) throws BundleException {
        if (head == null) {
            if (piece.index() != 0) {
                return; // nobody asked for it
            }
            begin(piece.content(), cas, now);
        }
        int at = piece.index() * BundleMessage.PIECE_BYTES;
        int length = Math.min(BundleMessage.PIECE_BYTES, content.length - at);
        if (length != piece.content().length()) {
            throw new BundleException(Fault.MALFORMED, "a piece of it has the wrong length");
        }
        if (!have.get(piece.index())) {
            have.set(piece.index());
            System.arraycopy(piece.content().toArray(), 0, content, at, length);
            progressNanos = now.nanos();
        }
    }

    private void begin(Bytes first, CaPool cas, Tick now) throws BundleException {
        BundleHead read = BundleHead.read(first);
        if (!read.delegation().ca().equals(offer.ca()) || !read.edition().equals(offer.edition())) {
            throw new BundleException(Fault.FORGED, "it is another bundle than the one offered");
        }
        read.verifyAt(cas, now.wall());
        head = read;
        content = new byte[read.totalBytes()];
    }

    /** What has come, complete; still to be decoded. */
    RevocationBundle bundle() throws BundleException {
        return RevocationBundle.decode(Bytes.copyOf(content));
    }

    boolean hasFailed(Tick now) {
        return now.nanos() - progressNanos >= STALLED_NANOS
                || now.nanos() - beganNanos >= LONGEST_NANOS;
    }

    boolean isToAskAgain(Tick now) {
        return now.nanos() - Math.max(askedNanos, progressNanos) >= AGAIN_NANOS;
    }

    long nextDeadlineNanos() {
        long again = Math.max(askedNanos, progressNanos) + AGAIN_NANOS;
        long end = Math.min(progressNanos + STALLED_NANOS, beganNanos + LONGEST_NANOS);
        return Math.min(again, end);
    }
}
