package dev.asterism.overlay.path;

import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first leg of a relayed path: a relay entry on the tunnel to the neighbour that carries the bytes on (spec wire.md
 * 8.1). Any thread may read it and send by it; nothing here allocates. The addresses never change, all else may.
 */
public interface RelayLeg {

    /** The neighbour's primary overlay address. */
    Ip relay();

    /** All of the neighbour's overlay addresses, that one first. */
    List<Ip> relayAddresses();

    /** The neighbour's name, as its certificate has it. */
    String relayName();

    /** Overlay address of the other end, as seen from this leg. */
    Ip peer();

    /** Whether bytes may be sent by it now: the neighbour has said by which index, and the tunnel to it is there. */
    boolean isUsable();

    /** What the neighbour expects in the header; 0 before it has said so. */
    int remoteIndex();

    /** Where the neighbour is; null while it has no direct path, as relays do not chain. */
    @Nullable UnderlayAddr remote();

    /** Of the session with the neighbour. */
    AeadKey sendKey();

    /** The next counter of that session, or {@code Session.EXHAUSTED}. */
    long nextCounter();

    /** One packet was sent by it. */
    void countOut(int bytes);
}
