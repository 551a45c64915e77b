package dev.asterism.l7.identity;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import org.jspecify.annotations.Nullable;

/**
 * Tells an application who calls, and sees to it that nobody else does: copies that come from outside are dropped
 * first. Belongs to one loop; makes objects only for a caller it has not met lately.
 */
public final class IdentityHeaders {

    /** How many callers are remembered: their fields are composed once and not for each request. */
    private static final int REMEMBERED = 256;

    private static final byte[] OURS = Ascii.bytes("x-mesh-");
    private static final byte[] XFCC = Ascii.bytes("x-forwarded-client-cert");

    private final boolean mesh;
    private final boolean xfcc;
    private final String self;
    private final @Nullable PeerFields[] remembered = new PeerFields[REMEMBERED];

    /**
     * @param mesh writes {@code x-mesh-peer} and its like
     * @param xfcc writes {@code x-forwarded-client-cert}
     * @param self this node's name, for {@code By} of the latter
     */
    public IdentityHeaders(boolean mesh, boolean xfcc, String self) {
        this.mesh = mesh;
        this.xfcc = xfcc;
        this.self = self;
    }

    /**
     * Drops every field of a head or of trailers that could be taken for ours: {@code x-mesh-…} and {@code
     * x-forwarded-client-cert}, in any case, and with underscores too, as CGI and its heirs read those as hyphens.
     */
    public static void strip(Head head) {
        byte[] b = head.bytes();
        for (int row = 0; row < head.count(); row++) {
            int at = head.nameAt(row);
            int length = head.nameLength(row);
            if (length >= OURS.length && (b[at] | 0x20) == 'x' && isReserved(b, at, length)) {
                head.drop(row);
            }
        }
    }

    private static boolean isReserved(byte[] b, int at, int length) {
        return begins(b, at, OURS) || length == XFCC.length && begins(b, at, XFCC);
    }

    private static boolean begins(byte[] b, int at, byte[] word) {
        for (int i = 0; i < word.length; i++) {
            byte c = b[at + i] == '_' ? (byte) '-' : Ascii.lowerCase(b[at + i]);
            if (c != word[i]) {
                return false;
            }
        }
        return true;
    }

    /** Adds what the certificate says; the head must have been {@link #strip}ped. Nothing for an unknown caller. */
    public void write(Head head, Caller caller) {
        if (!caller.isKnown()) {
            return;
        }
        PeerFields fields = fieldsOf(caller);
        if (mesh) {
            head.addField(PeerFields.PEER, fields.peer(), FieldNames.OTHER);
            head.addField(PeerFields.NAME, fields.name(), FieldNames.OTHER);
            if (fields.groups().length > 0) {
                head.addField(PeerFields.GROUPS, fields.groups(), FieldNames.OTHER);
            }
        }
        if (xfcc) {
            head.addField(XFCC, fields.xfcc(), FieldNames.OTHER);
        }
    }

    @SuppressWarnings("ReferenceEquality") // the same object is asked about again and again
    private PeerFields fieldsOf(Caller caller) {
        int slot = System.identityHashCode(caller) & REMEMBERED - 1;
        PeerFields fields = remembered[slot];
        if (fields == null || fields.caller() != caller) {
            fields = new PeerFields(caller, self);
            remembered[slot] = fields;
        }
        return fields;
    }
}
