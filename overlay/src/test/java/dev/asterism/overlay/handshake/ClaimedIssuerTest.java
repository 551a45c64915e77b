package dev.asterism.overlay.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Claim;
import dev.asterism.overlay.cert.IssuerSet;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.packet.AllocationProbe;
import dev.asterism.sim.FuzzSeed;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimedIssuerTest {

    private static final int KEYS = 64;
    private static final int MUTATIONS = 10_000;

    private final TestPki pki = TestPki.seeded(3);
    private final Certificate host = pki.host("host", "10.42.0.2/16", "web").certificate();
    private final IssuerSet ours = pki.pool().issuers();
    private final Certificate foreign = TestPki.seeded(4).host("x", "10.42.0.3/16").certificate();
    private final IssuerSet others = TestPki.seeded(4).pool().issuers();
    private final ClaimedIssuer issuer = new ClaimedIssuer();

    @Test
    void findsTheIssuerInTheBytes() {
        assertThat(isOneOf(ours, payload())).isTrue();
        assertThat(isOneOf(others, payload())).isFalse();
        assertThat(isOneOf(ours, new byte[0])).isFalse();
    }

    @Test
    void allocatesNothing() {
        byte[] payload = payload();
        byte[] noise = new byte[KEYS + payload.length];
        System.arraycopy(payload, 0, noise, KEYS, payload.length);
        MemorySegment slab = MemorySegment.ofArray(noise);
        AllocationProbe.assertAllocatesNothing(
                _ -> issuer.isOneOf(ours, slab, 0, (int) slab.byteSize()));
    }

    /** A lane must not drop what the control plane would have taken for a certificate of ours. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void agreesWithTheDecodersAboutWhateverTheyCanRead(long seed) {
        Random random = new Random(FuzzSeed.of(seed));
        int readable = 0;
        int oursNamed = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutant = mutated(payload(), random);
            Claim.WellFormed read = decoded(mutant);
            if (read != null) {
                readable++;
                boolean named = read.issuerText().equals(pki.ca().fingerprint().toString());
                oursNamed += named ? 1 : 0;
                assertThat(isOneOf(ours, mutant))
                        .as("mutation %d: %s", i, HexFormat.of().formatHex(mutant))
                        .isEqualTo(named);
            }
        }
        assertThat(readable).isGreaterThan(MUTATIONS / 20);
        assertThat(oursNamed).isBetween(readable / 20, readable - 1);
    }

    private static Claim.@Nullable WellFormed decoded(byte[] payload) {
        return HandshakePayload.decodeMessage1(Bytes.owning(payload))
                                instanceof HandshakePayload.Decoded.Valid(HandshakePayload valid)
                        && Claim.decode(
                                        valid.certVersion(),
                                        valid.cert(),
                                        Bytes.owning(new byte[32]))
                                instanceof Claim.WellFormed claim
                ? claim
                : null;
    }

    /** Bytes changed, or fields put before and behind the message: repeated, merged and unknown ones. */
    private byte[] mutated(byte[] payload, Random random) {
        if (random.nextBoolean()) {
            byte[] changed = payload.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            return changed;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = random.nextInt(3); i > 0; i--) {
            out.writeBytes(extra(random));
        }
        out.writeBytes(payload);
        for (int i = random.nextInt(3); i > 0; i--) {
            out.writeBytes(extra(random));
        }
        return out.toByteArray();
    }

    private byte[] extra(Random random) {
        return switch (random.nextInt(7)) {
            case 0 -> field(1, field(1, foreign.handshakeForm().toArray()));
            case 5 -> new byte[] {(byte) (14 << 3 | 3), 9 << 3, 1, (byte) (14 << 3 | 4)};
            case 4 -> field(1, field(1, merged(field(1, issuerField(random)))));
            case 1 -> field(1, field(1, field(1, issuerField(random))));
            case 2 -> new byte[] {(byte) (7 << 3), (byte) 0x80, 1};
            case 3 -> field(9, new byte[random.nextInt(40)]);
            default -> field(1, field(1, host.handshakeForm().toArray()));
        };
    }

    /** Our host's certificate, with more details behind it. */
    private byte[] merged(byte[] details) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(host.handshakeForm().toArray());
        out.writeBytes(details);
        return out.toByteArray();
    }

    private byte[] issuerField(Random random) {
        byte[] value = new byte[random.nextBoolean() ? 32 : random.nextInt(40)];
        random.nextBytes(value);
        return field(9, value);
    }

    private static byte[] field(int number, byte[] value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(number << 3 | 2);
        int length = value.length;
        while (length > 0x7F) {
            out.write(length & 0x7F | 0x80);
            length >>>= 7;
        }
        out.write(length);
        out.writeBytes(value);
        return out.toByteArray();
    }

    private byte[] payload() {
        return new HandshakePayload(host.handshakeForm(), 77, 0, 1, 1).encode();
    }

    private boolean isOneOf(IssuerSet issuers, byte[] payload) {
        byte[] noise = new byte[KEYS + payload.length];
        System.arraycopy(payload, 0, noise, KEYS, payload.length);
        return issuer.isOneOf(issuers, MemorySegment.ofArray(noise), 0, noise.length);
    }
}
