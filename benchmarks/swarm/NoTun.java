import dev.asterism.overlay.io.PacketBatch;
import dev.asterism.overlay.io.TunPort;

/** In place of a TUN device: nothing comes, and what is written is gone. */
final class NoTun implements TunPort {

    private final SharedSlabs slabs;
    private int batches;

    NoTun(SharedSlabs slabs) {
        this.slabs = slabs;
    }

    @Override
    public int read(PacketBatch into) {
        into.clear();
        return 0;
    }

    @Override
    public int write(PacketBatch from) {
        return from.count();
    }

    @Override
    public PacketBatch newBatch(int capacity, int slabBytes) {
        return new PacketBatch(slabs.slab("tun" + batches++, slabBytes), capacity);
    }

    @Override
    public void close() {}
}
