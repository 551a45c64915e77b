package dev.asterism.sim;

import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.io.TunPort;
import dev.asterism.overlay.io.UdpPort;
import dev.asterism.overlay.net.Ip;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A host as its node sees it. */
record HostEnvironment(SimHost host, SimMesh mesh) implements SimEnvironment {

    @Override
    public Tick now() {
        return host.now();
    }

    @Override
    public RandomSource random() {
        return host.random();
    }

    @Override
    public EventSink events() {
        return host::emitted;
    }

    @Override
    public UdpPort openUdp(int port) {
        return host.openUdp(port);
    }

    @Override
    public TunPort openTun() {
        return host.openTun();
    }

    @Override
    public List<Ip> underlayAddresses() {
        return host.underlay();
    }

    @Override
    public void watch(String name, Supplier<@Nullable String> problem) {
        mesh.watches().watch(host, name, problem);
    }

    @Override
    public void wake() {
        host.wake();
    }
}
