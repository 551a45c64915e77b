package dev.asterism.l7.upstream;

import dev.asterism.l7.identity.Caller;

/** Says whether another connection may be opened, and is told of each that is closed again. */
public interface ConnectionGate {

    /** Always. */
    ConnectionGate OPEN =
            new ConnectionGate() {
                @Override
                public boolean tryOpen(Caller forWhom) {
                    return true;
                }

                @Override
                public void closed() {}
            };

    /**
     * False: no more for now. True must be answered by one {@link #closed}.
     *
     * @param forWhom the caller whose request or pipe needs it
     */
    boolean tryOpen(Caller forWhom);

    void closed();
}
