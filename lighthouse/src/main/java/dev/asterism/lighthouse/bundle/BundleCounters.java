package dev.asterism.lighthouse.bundle;

import dev.asterism.overlay.revocation.BundleException.Fault;
import java.util.EnumMap;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What the exchange of bundles has counted. Written by the control plane, read on any thread. */
public final class BundleCounters {

    private final LongAdder accepted = new LongAdder();
    private final LongAdder piecesSent = new LongAdder();
    private final LongAdder piecesReceived = new LongAdder();
    private final LongAdder limited = new LongAdder();
    private final LongAdder notSent = new LongAdder();
    private final EnumMap<Fault, LongAdder> refused = new EnumMap<>(Fault.class);

    BundleCounters() {
        for (Fault fault : Fault.values()) {
            refused.put(fault, new LongAdder());
        }
    }

    void countAccepted() {
        accepted.increment();
    }

    void countPieceSent() {
        piecesSent.increment();
    }

    void countPieceReceived() {
        piecesReceived.increment();
    }

    void countLimited() {
        limited.increment();
    }

    void countNotSent() {
        notSent.increment();
    }

    void countRefused(Fault fault) {
        ofFault(fault).increment();
    }

    /** Bundles that came into force, those of files included. */
    public long accepted() {
        return accepted.sum();
    }

    public long piecesSent() {
        return piecesSent.sum();
    }

    public long piecesReceived() {
        return piecesReceived.sum();
    }

    /** Messages of peers that said or asked more than they may. */
    public long limited() {
        return limited.sum();
    }

    /** Bundles that were offered and did not come. */
    public long notSent() {
        return notSent.sum();
    }

    public long refused(Fault fault) {
        return ofFault(fault).sum();
    }

    private LongAdder ofFault(Fault fault) {
        return Objects.requireNonNull(refused.get(fault));
    }
}
