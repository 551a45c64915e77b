package dev.asterism.overlay.aead;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Encrypts nothing and allocates nothing, for allocation tests and fast simulations. The "tag" is the counter and
 * the key's first eight bytes, so that mixed-up counters and keys still show.
 */
public final class NullAead implements AeadProvider {

    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    @Override
    public AeadKey key(byte[] key) {
        return new NullKey(MemorySegment.ofArray(key).get(LONG, 0));
    }

    @Override
    public AeadContext context() {
        return new NullContext();
    }

    @Override
    public String name() {
        return "null";
    }

    private static final class NullKey implements AeadKey {

        private final long mark;

        NullKey(long mark) {
            this.mark = mark;
        }

        @Override
        public void destroy() {}
    }

    private static final class NullContext implements AeadContext {

        @Override
        public void seal(
                AeadKey key,
                long counter,
                MemorySegment out,
                long at,
                int aadLength,
                MemorySegment in,
                long inAt,
                int length) {
            MemorySegment.copy(in, inAt, out, at + aadLength, length);
            out.set(LONG, at + aadLength + length, counter);
            out.set(LONG, at + aadLength + length + Long.BYTES, ((NullKey) key).mark);
        }

        @Override
        public boolean open(
                AeadKey key,
                long counter,
                MemorySegment packet,
                long at,
                int aadLength,
                int sealedLength,
                MemorySegment out,
                long outAt) {
            if (sealedLength < TAG_BYTES) {
                return false;
            }
            long tagAt = at + aadLength + sealedLength - TAG_BYTES;
            if (packet.get(LONG, tagAt) != counter
                    || packet.get(LONG, tagAt + Long.BYTES) != ((NullKey) key).mark) {
                return false;
            }
            MemorySegment.copy(packet, at + aadLength, out, outAt, sealedLength - TAG_BYTES);
            return true;
        }
    }
}
