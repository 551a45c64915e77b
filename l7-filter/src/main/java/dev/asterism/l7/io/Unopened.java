package dev.asterism.l7.io;

/** Why a connection of ours did not open. */
public enum Unopened {
    /** Nobody took it in time, or somebody refused it. */
    UNREACHABLE,
    /** So many wait there already that the kernel took no more, for as long as we tried. */
    BACKLOG,
    /** This process may have no more descriptors. */
    DESCRIPTORS,
    /** It would have led back to this filter, which would send the request there again. */
    LOOP
}
