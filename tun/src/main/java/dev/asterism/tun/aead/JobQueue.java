package dev.asterism.tun.aead;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An {@code IMB_MGR} of libipsec-mb, 52 to 56 KB, set up for this CPU; freed when it cannot be
 * reached any more. For one thread.
 */
final class JobQueue {

    /** Offsets of {@code get_next_job} and {@code submit_job} in {@code IMB_MGR}. */
    private static final long NEXT_JOB_AT = 64;

    private static final long SUBMIT_JOB_AT = 72;
    private static final long KNOWN_BYTES = 80;

    private final MemorySegment memory;
    private final MemorySegment nextJob;
    private final MemorySegment submitJob;

    record Functions(MemorySegment allocate, MemorySegment prepare, MemorySegment free) {

        static @Nullable Functions find(IpsecMb library) {
            Optional<MemorySegment> allocate = library.find("alloc_mb_mgr");
            Optional<MemorySegment> prepare = library.find("init_mb_mgr_auto");
            Optional<MemorySegment> free = library.find("free_mb_mgr");
            return allocate.isEmpty() || prepare.isEmpty() || free.isEmpty()
                    ? null
                    : new Functions(allocate.get(), prepare.get(), free.get());
        }
    }

    JobQueue(Functions functions) {
        long address = IpsecMb.call(functions.allocate(), 0, 0);
        if (address == 0) {
            throw new OutOfMemoryError("no memory for libipsec-mb's manager");
        }
        memory =
                MemorySegment.ofAddress(address)
                        .reinterpret(
                                KNOWN_BYTES,
                                Arena.ofAuto(),
                                manager -> IpsecMb.call(functions.free(), manager.address(), 0));
        IpsecMb.call(functions.prepare(), address, 0);
        nextJob = function(NEXT_JOB_AT);
        submitJob = function(SUBMIT_JOB_AT);
    }

    private MemorySegment function(long at) {
        return MemorySegment.ofAddress(memory.get(ValueLayout.JAVA_LONG, at));
    }

    long address() {
        return memory.address();
    }

    MemorySegment nextJob() {
        return nextJob;
    }

    MemorySegment submitJob() {
        return submitJob;
    }
}
