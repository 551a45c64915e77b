package dev.asterism.tun.poll;

/** Told, on the loop's thread, that a duty cycle threw; that loop has ended. */
@FunctionalInterface
public interface LoopFailure {

    void failed(String loop, Throwable cause);
}
