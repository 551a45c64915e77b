package dev.asterism.lighthouse.bundle;

import dev.asterism.lighthouse.wire.ExtensionMessages;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.revocation.BundleEdition;
import dev.asterism.overlay.revocation.BundleHead;
import dev.asterism.overlay.revocation.BundleNumber;
import dev.asterism.overlay.revocation.BundlesInForce;
import dev.asterism.overlay.revocation.Delegation;
import dev.asterism.overlay.revocation.RevocationBundle;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What two nodes say to each other about bundles. On the wire it is a {@code NebulaMeta} of type {@value
 * #FIELD} with empty details and one unknown field, so that a decoder which knows neither passes over both; inside
 * are fixed fields, big-endian (docs/wire-extensions.md).
 */
public sealed interface BundleMessage {

    /** Number of the type and of the field; that of the handshake payload's field, too. */
    int FIELD = 16723;

    /** Of a bundle in one message: with all that is around it below the least MTU of IPv6. */
    int PIECE_BYTES = 1_024;

    /** Pieces that one message asks for at most. */
    int MAX_PIECES_ASKED = 32;

    /** Type, empty details, tag of the field; its length follows. */
    Bytes PREFIX = Bytes.ofHex("08d38201" + "1200" + "9a9508");

    /** A bundle by its CA and what tells it from all others of that CA. */
    record Offer(Fingerprint ca, BundleEdition edition) {

        public static Offer of(RevocationBundle bundle) {
            return new Offer(bundle.ca(), bundle.edition());
        }

        public BundleNumber number() {
            return edition.number();
        }
    }

    /**
     * What the sender has in force.
     *
     * @param answer to another one, and so not to be answered
     */
    record Have(boolean answer, List<Offer> offers) implements BundleMessage {

        public Have {
            offers = List.copyOf(offers);
        }
    }

    /** The receiver should send these pieces, if that is still its bundle. */
    record Want(Offer offer, int firstPiece, int pieces) implements BundleMessage {}

    /**
     * A part of a bundle: {@value #PIECE_BYTES} bytes, the last one fewer.
     *
     * @param index from 0
     */
    record Piece(Offer offer, int index, Bytes content) implements BundleMessage {}

    /** True for payloads that {@link #decode} is for; whether they can be read is another question. */
    static boolean isOne(Bytes payload) {
        return ExtensionMessages.begins(payload, PREFIX);
    }

    /** Null for anything but what {@link #encode} writes. */
    static @Nullable BundleMessage decode(Bytes payload) {
        ByteBuffer in = ExtensionMessages.content(payload, PREFIX);
        if (in == null) {
            return null;
        }
        try {
            BundleMessage message =
                    switch (in.get()) {
                        case 1 -> have(false, in);
                        case 2 -> have(true, in);
                        case 3 -> want(in);
                        case 4 -> piece(in);
                        default -> null; // of a later version
                    };
            return in.hasRemaining() ? null : message;
        } catch (BufferUnderflowException _) {
            return null;
        }
    }

    private static @Nullable Have have(boolean answer, ByteBuffer in) {
        int count = in.get();
        if (count < 0 || count > BundlesInForce.MAX_CAS) {
            return null;
        }
        List<Offer> offers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Offer offer = offer(in);
            if (offer == null) {
                return null;
            }
            offers.add(offer);
        }
        return new Have(answer, offers);
    }

    private static @Nullable Offer offer(ByteBuffer in) {
        Fingerprint ca = fingerprint(in);
        int delegation = in.getInt();
        long version = in.getLong();
        long issued = in.getLong();
        Fingerprint digest = fingerprint(in);
        boolean lawful =
                delegation >= 1
                        && delegation <= Delegation.MAX_NUMBER
                        && version >= 1
                        && version <= BundleHead.MAX_VERSION
                        && issued >= 1
                        && issued <= BundleHead.MAX_SECONDS;
        BundleNumber number = new BundleNumber(delegation, version);
        return lawful ? new Offer(ca, new BundleEdition(number, issued, digest)) : null;
    }

    private static Fingerprint fingerprint(ByteBuffer in) {
        byte[] raw = new byte[Fingerprint.LENGTH_BYTES];
        in.get(raw);
        return Objects.requireNonNull(Fingerprint.ofRaw(Bytes.owning(raw)));
    }

    private static @Nullable Want want(ByteBuffer in) {
        Offer offer = offer(in);
        int first = Short.toUnsignedInt(in.getShort());
        int pieces = in.get();
        boolean lawful = offer != null && pieces >= 1 && pieces <= MAX_PIECES_ASKED;
        return lawful ? new Want(Objects.requireNonNull(offer), first, pieces) : null;
    }

    private static @Nullable Piece piece(ByteBuffer in) {
        Offer offer = offer(in);
        int index = Short.toUnsignedInt(in.getShort());
        int length = in.remaining();
        boolean lawful =
                offer != null
                        && length >= 1
                        && length <= PIECE_BYTES
                        && index <= RevocationBundle.MAX_BYTES / PIECE_BYTES;
        if (!lawful) {
            return null;
        }
        byte[] content = new byte[length];
        in.get(content);
        return new Piece(Objects.requireNonNull(offer), index, Bytes.owning(content));
    }

    default byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(PIECE_BYTES + 128);
        switch (this) {
            case Have(boolean answer, List<Offer> offers) -> {
                out.put((byte) (answer ? 2 : 1)).put((byte) offers.size());
                offers.forEach(offer -> put(out, offer));
            }
            case Want(Offer offer, int first, int pieces) ->
                    put(out.put((byte) 3), offer).putShort((short) first).put((byte) pieces);
            case Piece(Offer offer, int index, Bytes content) ->
                    put(out.put((byte) 4), offer).putShort((short) index).put(content.toArray());
        }
        byte[] content = new byte[out.position()];
        out.get(0, content);
        return ExtensionMessages.wrap(PREFIX, content);
    }

    private static ByteBuffer put(ByteBuffer out, Offer offer) {
        return out.put(offer.ca().raw().toArray())
                .putInt(offer.number().delegation())
                .putLong(offer.number().version())
                .putLong(offer.edition().issued())
                .put(offer.edition().digest().raw().toArray());
    }

    /** How many pieces a bundle of so many bytes has. */
    static int piecesOf(int bytes) {
        return Math.ceilDiv(bytes, PIECE_BYTES);
    }
}
