package dev.asterism.l7.io;

/** What is thrown in a loop, as it is reported: one connection ends for it and the loop lives on. */
public final class LoopFault {

    private LoopFault() {}

    /**
     * An error is wrapped. One of the machine itself, such as no memory, is thrown on, but for a stack that overflowed:
     * that is over once it is caught.
     */
    public static RuntimeException of(Throwable thrown) {
        if (thrown instanceof VirtualMachineError machine
                && !(thrown instanceof StackOverflowError)) {
            throw machine;
        }
        return thrown instanceof RuntimeException fault
                ? fault
                : new IllegalStateException("an error in our own code", thrown);
    }
}
