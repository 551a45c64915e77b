package dev.asterism.overlay.noise;

import dev.asterism.overlay.io.Bytes;
import java.util.Arrays;

/** What a completed handshake yields (spec wire.md 4.4). Has no text form. */
public final class SessionKeys {

    private final byte[] sending;
    private final byte[] receiving;
    private final Bytes handshakeHash;

    /** Takes over both arrays of 32 bytes. */
    public SessionKeys(byte[] sending, byte[] receiving, Bytes handshakeHash) {
        this.sending = sending;
        this.receiving = receiving;
        this.handshakeHash = handshakeHash;
    }

    /** 32 bytes, borrowed: zero after {@link #destroy}. */
    public byte[] sending() {
        return sending;
    }

    /** 32 bytes, borrowed: zero after {@link #destroy}. */
    public byte[] receiving() {
        return receiving;
    }

    /** Equal at both ends, and unique to this handshake. */
    public Bytes handshakeHash() {
        return handshakeHash;
    }

    public void destroy() {
        Arrays.fill(sending, (byte) 0);
        Arrays.fill(receiving, (byte) 0);
    }
}
