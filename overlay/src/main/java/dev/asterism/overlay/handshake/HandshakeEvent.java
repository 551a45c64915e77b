package dev.asterism.overlay.handshake;

import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import java.util.List;

/** What handshakes tell people; messages as in spec behaviour.md 9. */
public sealed interface HandshakeEvent extends MeshEvent {

    record Message1Sent(Ip vpnAddr, List<UnderlayAddr> udpAddrs, int attempt, int initiatorIndex)
            implements HandshakeEvent {
        @Override
        public Level level() {
            return attempt == 1 ? Level.INFO : Level.DEBUG;
        }

        @Override
        public String message() {
            return "Handshake message sent";
        }
    }

    /** The network refused message 1 towards every address; why is told by whoever owns the socket. */
    record Message1NotSent(Ip vpnAddr, List<UnderlayAddr> udpAddrs, int attempt)
            implements HandshakeEvent {
        @Override
        public Level level() {
            return Level.INFO;
        }

        @Override
        public String message() {
            return "Handshake message not sent: the kernel rejected every address (see 'Kernel"
                    + " refused to send a datagram')";
        }
    }

    /** As {@link Message1NotSent}, those of a minute. */
    record MoreMessages1NotSent(Cidr vpnNetwork, long count) implements HandshakeEvent {
        @Override
        public Level level() {
            return Level.INFO;
        }

        @Override
        public String message() {
            return "More handshake messages not sent in the last minute";
        }
    }

    record TimedOut(Ip vpnAddr, List<UnderlayAddr> udpAddrs, long durationNanos, int lostPackets)
            implements HandshakeEvent {
        @Override
        public Level level() {
            return Level.INFO;
        }

        @Override
        public String message() {
            return "Handshake timed out";
        }
    }

    /** Somebody's handshake was not followed; anybody can cause it, so it is only for those who look closely. */
    record Rejected(Path udpAddr, int stage, HandshakeRejection reason, String detail)
            implements HandshakeEvent {
        @Override
        public Level level() {
            return Level.DEBUG;
        }

        @Override
        public String message() {
            return "Handshake rejected: " + reason.text();
        }
    }

    /**
     * A peer that is set up wrongly, or somebody who tries: the first of its kind from its prefix.
     *
     * @param claimedName in its certificate, unproven as all it sent; empty when it could not be read
     * @param claimedIssuer fingerprint of the CA it names, unproven
     */
    record PeerRejected(
            Path udpAddr,
            HandshakeRejection reason,
            String detail,
            String claimedName,
            String claimedIssuer)
            implements HandshakeEvent {
        @Override
        public Level level() {
            return Level.INFO;
        }

        @Override
        public String message() {
            return "Handshake rejected: "
                    + reason.text()
                    + " (claimedName and claimedIssuer are unverified)";
        }
    }

    /** More of the same within a minute. */
    record MorePeersRejected(Cidr udpPrefix, HandshakeRejection reason, long times)
            implements HandshakeEvent {
        @Override
        public Level level() {
            return Level.INFO;
        }

        @Override
        public String message() {
            return "More handshakes rejected in the last minute: " + reason.text();
        }
    }

    record WrongHost(Ip vpnAddr, List<Ip> answered, String certName, Path udpAddr)
            implements HandshakeEvent {
        @Override
        public Level level() {
            return Level.INFO;
        }

        @Override
        public String message() {
            return "Incorrect host responded to handshake";
        }
    }

    /** No handshake is begun, as there is no certificate of the version that this peer takes. */
    record NoCertificate(Ip vpnAddr, int certVersion) implements HandshakeEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "Unable to handshake with host because no certificate of that version is in pki.cert";
        }
    }

    /** The packets that waited were too many. */
    record QueuedPacketDropped(Ip vpnAddr) implements HandshakeEvent {
        @Override
        public Level level() {
            return Level.DEBUG;
        }

        @Override
        public String message() {
            return "Packet dropped: too many packets are queued for the handshake";
        }
    }
}
