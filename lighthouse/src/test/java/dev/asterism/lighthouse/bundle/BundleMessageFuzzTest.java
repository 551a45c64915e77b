package dev.asterism.lighthouse.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.lighthouse.bundle.BundleMessage.Have;
import dev.asterism.lighthouse.bundle.BundleMessage.Offer;
import dev.asterism.lighthouse.bundle.BundleMessage.Piece;
import dev.asterism.lighthouse.bundle.BundleMessage.Want;
import dev.asterism.lighthouse.testing.ExtensionPayloads;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.revocation.BundleEdition;
import dev.asterism.overlay.revocation.BundleNumber;
import dev.asterism.overlay.revocation.BundlesInForce;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages about bundles: what is read has one form, and bounds. */
class BundleMessageFuzzTest {

    private static final Offer OFFER =
            new Offer(
                    Fingerprint.of(Bytes.ofHex("00")),
                    new BundleEdition(
                            new BundleNumber(1, 7),
                            1_700_000_000,
                            Fingerprint.of(Bytes.ofHex("01"))));
    private static final List<BundleMessage> EXAMPLES =
            List.of(
                    new Have(false, List.of()),
                    new Have(true, List.of(OFFER, OFFER)),
                    new Want(OFFER, 5, 32),
                    new Piece(OFFER, 0, Bytes.ofHex("00")),
                    new Piece(OFFER, 9, Bytes.owning(new byte[BundleMessage.PIECE_BYTES])));

    static Stream<FuzzTarget> targets() {
        FuzzTarget target = FuzzTarget.of("bundle-message", BundleMessageFuzzTest::check);
        EXAMPLES.forEach(example -> target.seed(example.encode()));
        return Stream.of(target);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    private static String check(byte[] input) {
        BundleMessage message = BundleMessage.decode(Bytes.copyOf(input));
        if (message == null) {
            return "refused";
        }
        assertThat(message.encode()).isEqualTo(input);
        return switch (message) {
            case Have have -> {
                assertThat(have.offers().size()).isLessThanOrEqualTo(BundlesInForce.MAX_CAS);
                yield "have " + have.answer() + have.offers().isEmpty();
            }
            case Want want -> {
                assertThat(want.pieces()).isBetween(1, BundleMessage.MAX_PIECES_ASKED);
                yield "want";
            }
            case Piece piece -> {
                assertThat(piece.content().length()).isBetween(1, BundleMessage.PIECE_BYTES);
                yield "piece";
            }
        };
    }

    @Test
    void readsWhatItWrites() {
        for (BundleMessage example : EXAMPLES) {
            assertThat(BundleMessage.decode(Bytes.owning(example.encode()))).isEqualTo(example);
        }
    }

    @Test
    void aPieceFitsTheLeastMtuOfIpv6() {
        ExtensionPayloads.assertFitsTheLeastMtuOfIpv6(EXAMPLES.getLast().encode());
    }

    @Test
    void isNoLighthouseMessageThatAnybodyActsUpon() {
        for (BundleMessage example : EXAMPLES) {
            ExtensionPayloads.assertIsNoLighthouseMessage(example.encode());
        }
    }
}
