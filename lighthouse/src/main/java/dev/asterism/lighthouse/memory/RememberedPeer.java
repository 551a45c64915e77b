package dev.asterism.lighthouse.memory;

import dev.asterism.overlay.cert.CertificateId;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One peer in the memory that outlives the process. Immutable.
 *
 * @param overlay its overlay addresses, primary first; never empty
 * @param certificate the one it showed last; null when that is not known
 * @param learned where its authenticated packets came from, at most one address of each family
 * @param reported what it told a lighthouse; empty on other nodes
 * @param relays overlay addresses of relays through which it may be reached
 * @param lastHeard on the wall clock, cut to the hour so that a quiet mesh does not change the file
 */
public record RememberedPeer(
        List<Ip> overlay,
        @Nullable CertificateId certificate,
        List<UnderlayAddr> learned,
        List<UnderlayAddr> reported,
        List<Ip> relays,
        Instant lastHeard) {

    public RememberedPeer {
        if (overlay.isEmpty()) {
            throw new IllegalArgumentException("a peer has an overlay address");
        }
        overlay = List.copyOf(overlay);
        learned = List.copyOf(learned);
        reported = List.copyOf(reported);
        relays = List.copyOf(relays);
    }

    public Ip primary() {
        return overlay.getFirst();
    }
}
