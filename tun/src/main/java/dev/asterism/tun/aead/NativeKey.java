package dev.asterism.tun.aead;

import dev.asterism.overlay.aead.AeadKey;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A key in native memory, which is freed when nobody can reach this object any more: lanes may still hold a key for a
 * moment after its tunnel has gone.
 *
 * <p>Memory: 32 bytes in a block of {@value #KEYS_IN_A_BLOCK} that were made one after the other, which is freed with
 * the last of them, and 56 bytes of heap; about 300 and the bytes of the {@link KeyForm} more once a
 * schedule is kept with it ({@link GcmSchedules}). A tunnel has two keys, and a handshake makes some
 * that are destroyed at its end.
 *
 * <p>Users read {@link #address} and {@link #scheduleAddress} only while they hold the object ({@link
 * java.lang.ref.Reference#reachabilityFence}), and look at {@link #isDestroyed} before and after a
 * use: a key wiped half-way through a seal encrypts with zeros.
 */
final class NativeKey implements AeadKey {

    private static final long CACHE_LINE = 64;

    static final int KEYS_IN_A_BLOCK = 16;

    private static final Blocks BLOCKS = new Blocks();

    private final KeyForm form;

    /** Keeps the block from being freed. */
    private final MemorySegment memory;

    private final long address;
    private volatile boolean destroyed;

    /** What a library has derived from the key, or NULL. Written under the lock. */
    private MemorySegment schedule = MemorySegment.NULL;

    private volatile long scheduleAddress;

    /** For {@link GcmSchedules}: at which use of all keys counting began, and how many of this key came since. */
    private long countedFrom;

    private int counted;

    private record Place(MemorySegment block, long at) {}

    /** Hands out places, each once. Any thread. */
    private static final class Blocks {

        private MemorySegment block = MemorySegment.NULL;
        private long taken;

        synchronized Place take() {
            if (taken == block.byteSize()) {
                long bytes = (long) KEYS_IN_A_BLOCK * NativeAead.KEY_BYTES;
                block = Arena.ofAuto().allocate(bytes, CACHE_LINE);
                taken = 0;
            }
            Place place = new Place(block, taken);
            taken += NativeAead.KEY_BYTES;
            return place;
        }
    }

    /**
     * @param form what the functions that take it expect; it is this key's for good
     * @param key 32 bytes, which are copied
     */
    NativeKey(KeyForm form, byte[] key) {
        NativeAead.checkLength(key);
        this.form = form;
        Place place = BLOCKS.take();
        this.memory = place.block();
        MemorySegment.copy(key, 0, memory, ValueLayout.JAVA_BYTE, place.at(), key.length);
        this.address = memory.address() + place.at();
    }

    KeyForm form() {
        return form;
    }

    /** Of the 32 bytes. */
    long address() {
        return address;
    }

    /** Of the schedule that is kept with the key; 0 while there is none. */
    long scheduleAddress() {
        return scheduleAddress;
    }

    /** Makes the key's schedule and keeps it; no effect on a key that has one or is destroyed. */
    synchronized void keepSchedule(GcmSchedules maker) {
        if (destroyed || scheduleAddress != 0) {
            return;
        }
        schedule = Arena.ofAuto().allocate(form.bytes(), CACHE_LINE);
        maker.derive(address, schedule.address());
        scheduleAddress = schedule.address();
    }

    /**
     * Counts a use without a schedule; true when there were so many within the span. Threads that
     * count at the same time may lose one.
     *
     * @param now how many uses without a schedule there were, of all keys
     */
    boolean isUsedOften(long now, long span, int often) {
        if (now - countedFrom >= span || now < countedFrom) {
            countedFrom = now;
            counted = 0;
        }
        return ++counted >= often;
    }

    boolean isDestroyed() {
        return destroyed;
    }

    @Override
    public synchronized void destroy() {
        destroyed = true;
        // Who reads a wiped byte must see the mark afterwards.
        VarHandle.fullFence();
        memory.asSlice(address - memory.address(), NativeAead.KEY_BYTES).fill((byte) 0);
        if (scheduleAddress != 0) {
            schedule.fill((byte) 0);
        }
    }
}
