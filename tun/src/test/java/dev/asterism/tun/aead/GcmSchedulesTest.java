package dev.asterism.tun.aead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.aead.JcaAead;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which keys of libipsec-mb's AES-GCM keep what is derived from them, with every variant that runs here. */
class GcmSchedulesTest {

    private static final int HEADER = 16;
    private static final int LENGTH = 40;
    private static final int SEALED = LENGTH + 16;

    private final Random random = new Random(5);

    @Test
    void aKeySealsAndOpensAlikeBeforeAndAfterItsScheduleIsKept() {
        AeadContext jdk = JcaAead.aesGcm().context();
        for (IpsecMbGcm provider : present()) {
            AeadContext context = provider.context();
            byte[] raw = bytes();
            NativeKey key = (NativeKey) provider.key(raw);
            AeadKey same = JcaAead.aesGcm().key(raw);
            for (int counter = 1; counter <= 2 * GcmSchedules.OFTEN; counter++) {
                MemorySegment expected = MemorySegment.ofArray(new byte[HEADER + SEALED]);
                MemorySegment packet = packet();
                MemorySegment plain = MemorySegment.ofArray(new byte[LENGTH]).fill((byte) counter);
                jdk.seal(same, counter, expected, 0, HEADER, plain, 0, LENGTH);
                context.seal(key, counter, packet, 0, HEADER, plain, 0, LENGTH);

                assertThat(packet.mismatch(expected)).as("packet " + counter).isNegative();
                assertThat(context.open(key, counter, packet, 0, HEADER, SEALED, packet, HEADER))
                        .isTrue();
                assertThat(packet.asSlice(HEADER, LENGTH).mismatch(plain)).isNegative();
            }
            assertThat(key.scheduleAddress()).as(provider.variant()).isNotZero();
        }
    }

    @Test
    void aKeyThatIsUsedOftenKeepsItsScheduleAndDestroyingItWipesBoth() {
        for (IpsecMbGcm provider : present()) {
            AeadContext context = provider.context();
            NativeKey key = (NativeKey) provider.key(bytes());
            for (int i = 1; i < GcmSchedules.OFTEN; i++) {
                context.seal(key, i, packet(), 0, HEADER, packet(), HEADER, LENGTH);
            }
            assertThat(key.scheduleAddress()).isZero();

            context.seal(key, GcmSchedules.OFTEN, packet(), 0, HEADER, packet(), HEADER, LENGTH);

            assertThat(key.scheduleAddress()).isNotZero();
            assertThat(bytesAt(key.scheduleAddress(), key.form().bytes()))
                    .isNotEqualTo(nothing(key));
            key.destroy();
            assertThat(bytesAt(key.scheduleAddress(), key.form().bytes())).isEqualTo(nothing(key));
            assertThat(bytesAt(key.address(), 32)).containsOnly(0);
        }
    }

    @Test
    void ofThousandsThatAreUsedAlikeNoneKeepsItsSchedule() {
        for (IpsecMbGcm provider : present()) {
            AeadContext context = provider.context();
            List<NativeKey> keys = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                keys.add((NativeKey) provider.key(bytes()));
            }
            MemorySegment packet = packet();
            for (int round = 1; round <= 3 * GcmSchedules.OFTEN; round++) {
                for (NativeKey key : keys) {
                    context.seal(key, round, packet, 0, HEADER, packet, HEADER, LENGTH);
                }
            }

            assertThat(keys).allMatch(key -> key.scheduleAddress() == 0);
        }
    }

    @Test
    void aContextForgetsAScheduleThatItMadeForOneUse() {
        for (IpsecMbGcm provider : present()) {
            IpsecMbGcmContext context = (IpsecMbGcmContext) provider.context();
            NativeKey key = (NativeKey) provider.key(bytes());
            MemorySegment packet = packet();
            context.seal(key, 1, packet, 0, HEADER, packet, HEADER, LENGTH);
            assertThat(context.scratch().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);

            context.open(key, 1, packet, 0, HEADER, SEALED, packet, HEADER);
            assertThat(context.scratch().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
        }
    }

    @Test
    void aDestroyedKeyKeepsNoSchedule() {
        for (IpsecMbGcm provider : present()) {
            NativeKey key = (NativeKey) provider.key(bytes());
            key.destroy();
            key.keepSchedule(provider.schedules());
            assertThat(key.scheduleAddress()).isZero();
        }
    }

    @Test
    void destroyingAKeyLeavesItsNeighboursInTheBlockAlone() {
        List<NativeKey> keys = new ArrayList<>();
        List<byte[]> raw = new ArrayList<>();
        for (int i = 0; i < 3 * NativeKey.KEYS_IN_A_BLOCK; i++) {
            raw.add(bytes());
            keys.add(new NativeKey(KeyForm.RAW, raw.get(i)));
        }
        for (int i = 0; i < keys.size(); i += 2) {
            keys.get(i).destroy();
        }
        for (int i = 0; i < keys.size(); i++) {
            byte[] expected = i % 2 == 0 ? new byte[32] : raw.get(i);
            assertThat(bytesAt(keys.get(i).address(), 32)).isEqualTo(expected);
        }
    }

    private static List<IpsecMbGcm> present() {
        List<IpsecMbGcm> found = new ArrayList<>();
        for (NativeAead provider : Present.of(AeadCipher.AES)) {
            if (provider instanceof IpsecMbGcm gcm) {
                found.add(gcm);
            }
        }
        assumeTrue(!found.isEmpty(), "no libipsec-mb");
        return found;
    }

    static byte[] bytesAt(long address, int count) {
        return MemorySegment.ofAddress(address).reinterpret(count).toArray(ValueLayout.JAVA_BYTE);
    }

    private static byte[] nothing(NativeKey key) {
        return new byte[key.form().bytes()];
    }

    private static MemorySegment packet() {
        return Arena.ofAuto().allocate(HEADER + SEALED);
    }

    private byte[] bytes() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return bytes;
    }
}
