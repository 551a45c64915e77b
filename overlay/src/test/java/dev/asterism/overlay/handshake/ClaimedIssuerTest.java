package dev.asterism.overlay.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Claim;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.IssuerSet;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.packet.AllocationProbe;
import dev.asterism.sim.FuzzSeed;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
    private final Map<String, byte[]> payloads = new TreeMap<>();

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
                _ -> issuer.isOneOf(ours, slab, 0, (int) slab.byteSize(), KEYS / 2));
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

    /** The same of version 2, whose issuer stands behind elements of any length. */
    @ParameterizedTest
    @EnumSource(names = {"CURVE25519", "P256"})
    void agreesWithTheDecodersAboutVersion2(Curve curve) {
        TestPki signer = TestPki.seeded(3, curve);
        Random random = new Random(FuzzSeed.of(3));
        int readable = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutant = payloadOfVersion2(signer, i);
            for (int flips = random.nextInt(3); flips > 0; flips--) {
                mutant[random.nextInt(mutant.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Claim.WellFormed read = decoded(mutant, curve);
            if (read != null) {
                readable++;
                assertThat(isOneOf(signer.pool().issuers(), mutant, curve))
                        .as("mutation %d: %s", i, HexFormat.of().formatHex(mutant))
                        .isEqualTo(read.issuerText().equals(signer.ca().fingerprint().toString()));
            }
        }
        assertThat(readable).isGreaterThan(MUTATIONS / 4);
    }

    @Test
    void findsTheIssuerOfVersion2WithoutAnObject() {
        byte[] payload = payloadOfVersion2(pki, 3);
        byte[] noise = new byte[KEYS + payload.length];
        System.arraycopy(payload, 0, noise, KEYS, payload.length);
        MemorySegment slab = MemorySegment.ofArray(noise);

        assertThat(isOneOf(ours, payload)).isTrue();
        assertThat(isOneOf(others, payload)).isFalse();
        AllocationProbe.assertAllocatesNothing(
                _ -> issuer.isOneOf(ours, slab, 0, (int) slab.byteSize(), KEYS / 2));
    }

    /** With more or fewer networks and groups. */
    private byte[] payloadOfVersion2(TestPki signer, int number) {
        int groups = number % 9;
        return payloads.computeIfAbsent(
                        signer.ca().fingerprint() + "/" + groups,
                        _ -> {
                            Certificate two =
                                    signer.host(signer.key(), TestPki.certificate(2, wide(groups)))
                                            .certificate();
                            return new HandshakePayload(two.handshakeForm(), 77, 0, 1, 2).encode();
                        })
                .clone();
    }

    private static Subject wide(int groups) {
        Subject narrow = TestPki.subject("h", "10.42.0.2/16", "fd42::2/64");
        List<String> names = new ArrayList<>();
        for (int i = 0; i < groups * groups; i++) {
            names.add("group-" + i);
        }
        return new Subject(
                "h",
                narrow.networks(),
                groups % 2 == 0 ? List.of() : List.of(Cidr.of("192.168.0.0/24")),
                names,
                narrow.notBefore(),
                narrow.notAfter());
    }

    private static Claim.@Nullable WellFormed decoded(byte[] payload) {
        return decoded(payload, Curve.CURVE25519);
    }

    private static Claim.@Nullable WellFormed decoded(byte[] payload, Curve curve) {
        return HandshakePayload.decodeMessage1(Bytes.owning(payload))
                                instanceof HandshakePayload.Decoded.Valid(HandshakePayload valid)
                        && Claim.decode(
                                        valid.certVersion(),
                                        valid.cert(),
                                        Bytes.owning(new byte[curve.publicKeyBytes()]),
                                        curve)
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
        return isOneOf(issuers, payload, Curve.CURVE25519);
    }

    private boolean isOneOf(IssuerSet issuers, byte[] payload, Curve curve) {
        int keys = 2 * curve.publicKeyBytes();
        byte[] noise = new byte[keys + payload.length];
        System.arraycopy(payload, 0, noise, keys, payload.length);
        return issuer.isOneOf(
                issuers, MemorySegment.ofArray(noise), 0, noise.length, curve.publicKeyBytes());
    }
}
