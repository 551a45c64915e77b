package dev.asterism.agent.client;

/** Exit statuses of the verbs that ask a running agent; the same for all. */
public final class ExitCode {

    public static final int OK = 0;

    /** The answer is no: refused, not found, not applied. */
    public static final int NO = 1;

    public static final int USAGE = 2;
    public static final int NOT_RUNNING = 3;
    public static final int NOT_PERMITTED = 4;
    public static final int TIMEOUT = 5;

    private ExitCode() {}
}
