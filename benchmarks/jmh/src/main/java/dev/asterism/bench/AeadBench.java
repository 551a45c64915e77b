package dev.asterism.bench;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.tun.aead.CipherProviders;
import dev.asterism.tun.aead.CipherProviders.Preference;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One packet sealed or opened, from and to native memory as in a lane. */
@State(Scope.Thread)
public class AeadBench {

    private static final int HEADER_BYTES = 16;
    private static final int OPENED_COUNTER = 7;

    @Param({"IPSEC_MB", "OPENSSL", "JDK"})
    public Preference provider;

    @Param public AeadCipher cipher;

    @Param({"64", "1300"})
    public int bytes;

    private AeadKey key;
    private AeadContext context;
    private MemorySegment plain;
    private MemorySegment sealed;
    private MemorySegment toOpen;
    private MemorySegment opened;
    private long counter = 1;

    @Setup
    public void prepare() {
        AeadProvider chosen =
                switch (CipherProviders.ofThisMachine().choose(provider, cipher)) {
                    case CipherProviders.Chosen(AeadProvider found, var _, var _, var _, var _) ->
                            found;
                    case CipherProviders.Unavailable(String why) ->
                            throw new IllegalStateException(why);
                };
        key = chosen.key(new byte[AeadProvider.KEY_BYTES]);
        context = chosen.context();
        plain = memory();
        sealed = memory();
        toOpen = memory();
        opened = memory();
        context.seal(key, OPENED_COUNTER, toOpen, 0, HEADER_BYTES, plain, 0, bytes);
    }

    private static MemorySegment memory() {
        return Arena.ofAuto().allocate(2048, 64);
    }

    @Benchmark
    public void seal() {
        context.seal(key, counter++, sealed, 0, HEADER_BYTES, plain, 0, bytes);
    }

    @Benchmark
    public void open() {
        int sealedBytes = bytes + AeadProvider.TAG_BYTES;
        if (!context.open(key, OPENED_COUNTER, toOpen, 0, HEADER_BYTES, sealedBytes, opened, 0)) {
            throw new IllegalStateException("the tag is wrong");
        }
    }
}
