package dev.asterism.overlay.tunnel;

/** Which packets a tunnel carries, for its {@link MtuSearch}. */
final class PacketSizesInUse {

    /** Of the largest one. */
    int bytes;

    /** When a large one was last told of; means nothing before {@link #ever}. */
    long nanos;

    boolean ever;

    /** A large packet was told of since lanes were last asked to tell. */
    boolean noticed;
}
