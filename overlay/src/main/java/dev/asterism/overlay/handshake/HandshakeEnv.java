package dev.asterism.overlay.handshake;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.discovery.RemoteDirectory;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.relay.RelayTry;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The parts of the node that its handshakes use, for its life.
 *
 * @param settings those in force; another answer after a reload
 * @param cipher of handshakes
 * @param ciphers who calculates it, for handshakes and for the sessions that come of them
 * @param neverSent is told of each message that waited for a handshake and is dropped
 */
public record HandshakeEnv(
        Supplier<HandshakeSettings> settings,
        TunnelTable tunnels,
        RemoteDirectory directory,
        AeadCipher cipher,
        AeadProvider ciphers,
        RandomSource random,
        Message1Sender sender,
        Consumer<QueuedMessage> neverSent) {

    /** The way out for message 1. */
    public interface Message1Sender {

        /** Sends the same to all, at once; false when the network took none of them. */
        boolean sendNow(List<UnderlayAddr> to, byte[] datagram);

        /**
         * Asks relays to carry it, and sends it through those that are ready.
         *
         * @return through how many it went
         */
        int relay(Ip peer, List<Ip> relays, RelayTry why, byte[] datagram, Tick now);
    }
}
