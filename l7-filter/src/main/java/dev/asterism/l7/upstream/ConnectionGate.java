package dev.asterism.l7.upstream;

/** Says whether another connection may be opened, and is told of each that is closed again. */
public interface ConnectionGate {

    /** Always. */
    ConnectionGate OPEN =
            new ConnectionGate() {
                @Override
                public boolean tryOpen() {
                    return true;
                }

                @Override
                public void closed() {}
            };

    /** False: no more for now. True must be answered by one {@link #closed}. */
    boolean tryOpen();

    void closed();
}
