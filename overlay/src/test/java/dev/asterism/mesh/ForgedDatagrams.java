package dev.asterism.mesh;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** ForgedDatagrams as an attacker, or chance, would make them. */
final class ForgedDatagrams {

    private ForgedDatagrams() {}

    static Bytes of(MessageType type, int subtype, int index, long counter, int payloadBytes) {
        byte[] bytes = new byte[Header.LENGTH + payloadBytes];
        Arrays.fill(bytes, Header.LENGTH, bytes.length, (byte) 0x5A);
        Header.write(MemorySegment.ofArray(bytes), 0, type, subtype, index, counter);
        return Bytes.owning(bytes);
    }

    /** A handshake message's body under another handshake header. */
    static Bytes reheaded(Bytes handshake, int subtype, int index, long counter) {
        byte[] bytes = handshake.toArray();
        Header.write(
                MemorySegment.ofArray(bytes), 0, MessageType.HANDSHAKE, subtype, index, counter);
        return Bytes.owning(bytes);
    }

    static Bytes truncated(Bytes datagram, int length) {
        return datagram.slice(0, length);
    }
}
