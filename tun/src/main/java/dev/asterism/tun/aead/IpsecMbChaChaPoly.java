package dev.asterism.tun.aead;

import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadKey;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * ChaCha20-Poly1305 by libipsec-mb's jobs. The library has no plain function for a whole packet; a manager, of which
 * each context has one, names the functions for this CPU.
 */
final class IpsecMbChaChaPoly implements NativeAead {

    /**
     * Major and minor versions whose layout of jobs was compared with ours. Others may have another
     * one, and a wrong one is a crash, not a wrong answer.
     */
    private static final List<Long> VERSIONS = List.of(0x103L, 0x200L);

    /** Ends of the names of {@code get_next_job_*} and {@code submit_job_*}. */
    private static final List<String> TYPES =
            List.of(
                    "avx512_t2",
                    "avx512_t1",
                    "avx2_t4",
                    "avx2_t3",
                    "avx2_t2",
                    "avx2_t1",
                    "avx_t2",
                    "avx_t1",
                    "sse_t3",
                    "sse_t2",
                    "sse_t1");

    private final JobQueue.Functions functions;
    private final String variant;

    private IpsecMbChaChaPoly(JobQueue.Functions functions, String variant) {
        this.functions = functions;
        this.variant = variant;
    }

    static Attempt find(IpsecMb library) {
        Optional<MemorySegment> version = library.find("imb_get_version");
        if (version.isEmpty()) {
            return library.lacks("imb_get_version");
        }
        long number = (int) IpsecMb.call(version.get(), 0, 0);
        if (!VERSIONS.contains(number >> 8)) {
            return new Attempt.Missing(
                    "for ChaCha20-Poly1305 only versions 1.3 and 2.0 are known, not %d.%d of %s"
                            .formatted(number >> 16, number >> 8 & 0xFF, library.file()));
        }
        JobQueue.Functions functions = JobQueue.Functions.find(library);
        if (functions == null) {
            return library.lacks("alloc_mb_mgr");
        }
        String type = typeOf(new JobQueue(functions), library);
        return type == null
                ? new Attempt.Missing(
                        "the manager of %s has an unknown layout".formatted(library.file()))
                : new Attempt.Found(new IpsecMbChaChaPoly(functions, type));
    }

    /** The manager's pointers are where the header says only if they are those of exported functions. */
    private static @Nullable String typeOf(JobQueue jobs, IpsecMb library) {
        for (String type : TYPES) {
            Optional<MemorySegment> next = library.find("get_next_job_" + type);
            Optional<MemorySegment> submit = library.find("submit_job_" + type);
            if (next.isPresent()
                    && submit.isPresent()
                    && next.get().address() == jobs.nextJob().address()
                    && submit.get().address() == jobs.submitJob().address()) {
                return type;
            }
        }
        return null;
    }

    @Override
    public AeadKey key(byte[] key) {
        return new NativeKey(KeyForm.RAW, key);
    }

    @Override
    public AeadContext context(int noncePrefix) {
        return new IpsecMbChaChaPolyContext(new JobQueue(functions), noncePrefix);
    }

    @Override
    public String variant() {
        return variant;
    }

    @Override
    public String name() {
        return "ipsec-mb ChaCha20-Poly1305";
    }
}
