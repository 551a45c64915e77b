package dev.asterism.overlay.lane;

import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.Tunnel;
import java.lang.foreign.MemorySegment;

/**
 * Answers a peer's test request where it arrives: every host tests the tunnel to its lighthouses every two seconds,
 * and the way to the control plane and back costs a lighthouse several times as much as the answer
 * (docs/adr/0063-cpu-of-a-lighthouse.md). Only what says nothing but "are you there": from where packets to the peer
 * go, straight, by a session that the peer has proven itself on. Whatever else a request may mean (a peer that moves,
 * a relay, a packet size) is the control plane's. Allocates nothing.
 */
final class TestAnswers {

    /** Longer ones ask which packet sizes the path carries. */
    private static final int MAX_ECHO_BYTES = 8;

    private TestAnswers() {}

    /** False when the control plane has to see it. */
    static boolean answered(
            PacketSender sender,
            Tunnel tunnel,
            Datagram request,
            MemorySegment payload,
            int length) {
        if (length > MAX_ECHO_BYTES
                || request.via() != null
                || !tunnel.isConfirmed()
                || !(tunnel.path() instanceof Path.Direct direct)
                || !request.isFrom(direct.to())) {
            return false;
        }
        sender.testReply(tunnel, direct, payload, length);
        return true;
    }
}
