package dev.asterism.sim;

import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.io.TunPort;
import dev.asterism.overlay.io.UdpPort;
import dev.asterism.overlay.net.Ip;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All that a node gets from its host. */
public interface SimEnvironment {

    SimHost host();

    Tick now();

    /** The host's own stream; goes on over restarts, so that no key is drawn twice. */
    RandomSource random();

    EventSink events();

    /** One more socket on the port; several share it by the far address, as with SO_REUSEPORT. */
    UdpPort openUdp(int port);

    /** One more queue of the host's TUN device; several share it by flow. */
    TunPort openTun();

    /** Addresses of the host's interfaces at this moment. */
    List<Ip> underlayAddresses();

    /** Something to be checked after each event of the host: null, or what is wrong. */
    void watch(String name, Supplier<@Nullable String> problem);

    /** A queue or table that must never hold more than the limit. */
    default void bounded(String name, int limit, IntSupplier size) {
        watch(
                name,
                () -> {
                    int held = size.getAsInt();
                    return held > limit ? "holds " + held + ", limit " + limit : null;
                });
    }

    /** Runs the duty cycles soon, as after an offer to one of the node's queues from outside. */
    void wake();
}
