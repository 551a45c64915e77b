package dev.asterism.overlay.node;

import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of tunnels, for people; messages as in spec behaviour.md 9. */
public sealed interface TunnelEvent extends MeshEvent {

    /** The peer has proven to be there: by its message 2, or by the first packet after its message 1. */
    record Established(
            List<Ip> vpnAddrs,
            String certName,
            Fingerprint fingerprint,
            @Nullable UnderlayAddr udpAddr,
            int localIndex,
            int remoteIndex,
            boolean initiator,
            long durationNanos,
            int sentCachedPackets)
            implements TunnelEvent {
        @Override
        public Level level() {
            return Level.INFO;
        }

        @Override
        public String message() {
            return "Handshake message received";
        }
    }

    /** Our answer to a message 1 is out; nobody has proven to be there yet. */
    record Answered(
            List<Ip> vpnAddrs, String certName, @Nullable UnderlayAddr udpAddr, int localIndex)
            implements TunnelEvent {
        @Override
        public Level level() {
            return Level.DEBUG;
        }

        @Override
        public String message() {
            return "Answered handshake; waiting for the peer's first packet";
        }
    }

    record Removed(List<Ip> vpnAddrs, String certName, int localIndex, RemovalReason reason)
            implements TunnelEvent {
        @Override
        public Level level() {
            boolean expected =
                    reason == RemovalReason.UNCONFIRMED || reason == RemovalReason.SUPERSEDED;
            return expected ? Level.DEBUG : Level.INFO;
        }

        @Override
        public String message() {
            return reason == RemovalReason.CLOSED_BY_PEER
                    ? "Close tunnel received, tearing down."
                    : "Tunnel removed: " + reason.text();
        }
    }

    record Roamed(
            List<Ip> vpnAddrs,
            String certName,
            @Nullable UnderlayAddr udpAddr,
            UnderlayAddr newAddr)
            implements TunnelEvent {
        @Override
        public Level level() {
            return Level.INFO;
        }

        @Override
        public String message() {
            return "Host roamed to new udp ip/port.";
        }
    }

    /** The peer, or somebody in its name, says it does not know our session: asked, and waiting for its answer. */
    record RecvErrorProbed(List<Ip> vpnAddrs, String certName, int localIndex)
            implements TunnelEvent {
        @Override
        public Level level() {
            return Level.DEBUG;
        }

        @Override
        public String message() {
            return "Test request sent after a recv_error";
        }
    }

    /** Two hosts answer to one overlay address; packets to it reach now one of them, now the other. */
    record AddressUsedTwice(
            List<Ip> vpnAddrs,
            String certName,
            Fingerprint fingerprint,
            UnderlayAddr udpAddr,
            String otherCertName,
            Fingerprint otherFingerprint,
            UnderlayAddr otherUdpAddr)
            implements TunnelEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return fingerprint.equals(otherFingerprint)
                    ? "Two hosts appear to use the same certificate; give each host its own"
                    : "Two hosts have certificates for the same overlay address";
        }
    }

    record MadePrimary(List<Ip> vpnAddrs, String certName, int localIndex) implements TunnelEvent {
        @Override
        public Level level() {
            return Level.DEBUG;
        }

        @Override
        public String message() {
            return "Tunnel made primary";
        }
    }

    /** This node itself stood still for that long. */
    record Stalled(long durationNanos) implements TunnelEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "Event loop stalled; liveness timers reset";
        }
    }
}
