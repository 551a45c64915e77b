package dev.asterism.overlay.node;

import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.Tunnel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of tunnels, for people; messages as in spec behaviour.md 9. */
public sealed interface TunnelEvent extends MeshEvent {

    /**
     * The peer has proven to be there: by its message 2, or by the first packet after its message 1.
     *
     * @param udpAddr as in {@link Path#underlayText}; null while there is no path
     */
    record Established(
            List<Ip> vpnAddrs,
            String certName,
            Fingerprint fingerprint,
            @Nullable String udpAddr,
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

    /**
     * Our answer to a message 1 is out; nobody has proven to be there yet.
     *
     * @param udpAddr as of {@link Established}
     */
    record Answered(List<Ip> vpnAddrs, String certName, @Nullable String udpAddr, int localIndex)
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

    /**
     * The path to the peer carries other packet sizes than was known.
     *
     * @param mtu largest IP packet inside the tunnel; that of the device when there is no other limit
     * @param before likewise
     */
    record PathMtuChanged(List<Ip> vpnAddrs, String certName, int mtu, int before)
            implements TunnelEvent {
        @Override
        public Level level() {
            return Level.INFO;
        }

        @Override
        public String message() {
            return mtu < before
                    ? "The path to this host carries smaller packets only"
                    : "The path to this host carries larger packets again";
        }
    }

    record Removed(List<Ip> vpnAddrs, String certName, int localIndex, RemovalReason reason)
            implements TunnelEvent {

        static Removed of(Tunnel tunnel, RemovalReason reason) {
            return new Removed(
                    tunnel.addresses(), tunnel.peerName(), tunnel.session().localIndex(), reason);
        }

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

    /**
     * The peer's certificate does not count any more, so its tunnels end.
     *
     * @param reason the rule, and of a block list which one
     */
    record CertificateRefused(
            List<Ip> vpnAddrs, String certName, Fingerprint fingerprint, String reason)
            implements TunnelEvent {
        @Override
        public Level level() {
            return Level.INFO;
        }

        @Override
        public String message() {
            return "Certificate of the host is not accepted any more";
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

    /**
     * Packets go another way, and it is not that the peer has moved.
     *
     * @param before {@code relay} and its overlay address, or an underlay address
     */
    record PathChanged(List<Ip> vpnAddrs, String certName, String before, String path)
            implements TunnelEvent {

        /** Of a tunnel that goes by its new path already. */
        static PathChanged of(Tunnel tunnel, @Nullable Path before) {
            return new PathChanged(
                    tunnel.addresses(),
                    tunnel.peerName(),
                    String.valueOf(before),
                    String.valueOf(tunnel.path()));
        }

        @Override
        public Level level() {
            return Level.INFO;
        }

        @Override
        public String message() {
            return "Path to the host changed";
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
