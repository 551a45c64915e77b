package dev.asterism.l7.io;

/**
 * What a loop's connections hold, and why connections were refused. Written by the loop; any thread may read it, and
 * sees what was true a moment ago.
 */
public final class LoopCounts {

    /** Why a connection was refused. */
    public enum Refusal {
        /** A client's: as many are open as this process takes. */
        CLIENTS("clients"),
        /** A client's: its address has as many as one may have. */
        PEER("peer"),
        /** One to an upstream: no socket is left for it. */
        UPSTREAMS("upstreams"),
        /** Of either side: the process has no descriptor left; the bounds of the others are to prevent that. */
        DESCRIPTORS("descriptors");

        private final String word;

        Refusal(String word) {
            this.word = word;
        }

        /** For a label. */
        public String word() {
            return word;
        }
    }

    private final long[] refusals = new long[Refusal.values().length];
    private final HeldMemory memory;
    private int clients;
    private int upstreams;

    LoopCounts(HeldMemory memory) {
        this.memory = memory;
    }

    @SuppressWarnings("EnumOrdinal") // an index within this object's life, never stored
    public void refused(Refusal why) {
        refusals[why.ordinal()]++;
    }

    @SuppressWarnings("EnumOrdinal") // an index within this object's life, never stored
    public long refusals(Refusal why) {
        return refusals[why.ordinal()];
    }

    /** So many clients more, or fewer. */
    public void clients(int more) {
        clients += more;
    }

    /** Clients that are connected. */
    public int clients() {
        return clients;
    }

    /** So many connections to upstreams more, or fewer. */
    public void upstreams(int more) {
        upstreams += more;
    }

    /** Connections to upstreams that are open or opening. */
    public int upstreams() {
        return upstreams;
    }

    /** Bytes of buffers in use. */
    public long bufferedBytes() {
        return memory.held();
    }
}
