package dev.asterism.overlay.handshake;

import dev.asterism.overlay.net.Ip;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pending handshakes by the address they look for and by our index, once one was drawn. */
final class PendingTable {

    private final Map<Ip, PendingHandshake> byOverlay = new LinkedHashMap<>();
    private final Map<Integer, PendingHandshake> byIndex = new LinkedHashMap<>();

    @Nullable PendingHandshake byOverlay(Ip overlay) {
        return byOverlay.get(overlay);
    }

    @Nullable PendingHandshake byIndex(int index) {
        return byIndex.get(index);
    }

    void add(PendingHandshake handshake) {
        byOverlay.put(handshake.overlay, handshake);
    }

    void index(PendingHandshake handshake, int localIndex) {
        byIndex.put(localIndex, handshake);
    }

    void remove(PendingHandshake handshake) {
        byOverlay.remove(handshake.overlay, handshake);
        if (handshake.message1 != null) {
            byIndex.remove(handshake.message1.localIndex(), handshake);
        }
    }

    Collection<PendingHandshake> all() {
        return Collections.unmodifiableCollection(byOverlay.values());
    }

    int indexes() {
        return byIndex.size();
    }

    int size() {
        return byOverlay.size();
    }
}
