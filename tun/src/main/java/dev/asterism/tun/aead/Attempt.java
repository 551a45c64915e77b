package dev.asterism.tun.aead;

/** A native provider, not tested yet, or why there is none. */
sealed interface Attempt {

    record Found(NativeAead provider) implements Attempt {}

    /**
     * @param why continues "not used: "
     */
    record Missing(String why) implements Attempt {}
}
