package dev.asterism.agent.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.lighthouse.memory.RememberedPeer;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.handshake.KnownPrefixes;
import dev.asterism.overlay.revocation.RevocationBundle;
import dev.asterism.overlay.revocation.TestBundles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StateFuzzTest {

    private static final String ADDRESSES = "asterism peer addresses 2\n";
    private static final TestBundles BUNDLES = TestBundles.of(TestPki.seeded(7));
    private static final String KEY = "0123456789abcdef".repeat(4);

    static Stream<FuzzTarget> targets() {
        return Stream.of(
                FuzzTarget.of("state-file", StateFuzzTest::check)
                        .seed(
                                "asterism known prefixes 1\n%1$s 192.0.2.0\n%1$s 2001:db8:7::\n"
                                        .formatted(KEY))
                        .seed("asterism known prefixes 1\n")
                        .words(
                                KEY,
                                " ",
                                "\n",
                                "\r\n",
                                "asterism known prefixes 1\n",
                                "::",
                                "10.0.0.0"),
                FuzzTarget.of("peer-address-file", StateFuzzTest::checkAddresses)
                        .seed(
                                ADDRESSES
                                        + "1800000000 %1$s,-,%1$s 10.42.0.2,fd42::2 192.0.2.2:4242 - 10.42.0.7\n"
                                                .formatted(KEY))
                        .seed(ADDRESSES + "0 %1$s,%1$s,- 10.42.0.2 - - -\n".formatted(KEY))
                        .seed(ADDRESSES + "0 - 10.42.0.2 - [2001:db8::2]:1 -\n")
                        .words(KEY, " ", ",", "-", "\n", ":", "[::]:1", ADDRESSES),
                FuzzTarget.of("revocation-bundle-file", StateFuzzTest::checkBundles)
                        .seed(RevocationBundleFile.text(List.of()))
                        .seed(RevocationBundleFile.text(List.of(BUNDLES.bundle(7))))
                        .seed(
                                RevocationBundleFile.text(
                                        List.of(BUNDLES.bundle(7), BUNDLES.large(8, 3)))));
    }

    private static String checkBundles(byte[] input) {
        List<RevocationBundle> bundles;
        try {
            bundles = RevocationBundleFile.parse(input);
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
            return String.valueOf(e.getMessage()).replaceAll("[0-9]+", "");
        }
        assertThat(bundles.size()).isLessThanOrEqualTo(RevocationBundleFile.MOST);
        byte[] text = RevocationBundleFile.text(bundles).getBytes(StandardCharsets.US_ASCII);
        try {
            assertThat(RevocationBundleFile.parse(text)).isEqualTo(bundles);
        } catch (IOException e) {
            throw new AssertionError("what was written is refused", e);
        }
        return "read " + bundles.size();
    }

    private static String checkAddresses(byte[] input) {
        List<RememberedPeer> peers;
        try {
            peers = PeerAddressFile.parse(input);
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
            return String.valueOf(e.getMessage()).replaceAll("[0-9]+", "");
        }
        byte[] text = PeerAddressFile.text(peers).getBytes(StandardCharsets.US_ASCII);
        try {
            assertThat(PeerAddressFile.parse(text)).isEqualTo(peers);
        } catch (IOException e) {
            throw new AssertionError("what was written is refused", e);
        }
        return "read " + Math.min(3, peers.size());
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    /** What is read is written as what reads the same. */
    private static String check(byte[] input) {
        List<KnownPrefixes.Entry> entries;
        try {
            entries = KnownPrefixFile.parse(input);
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
            return String.valueOf(e.getMessage()).replaceAll("[0-9]+", "");
        }
        KnownPrefixes known = new KnownPrefixes();
        known.restore(entries);
        assertThat(known.entries().size()).isLessThanOrEqualTo(entries.size());
        byte[] text = KnownPrefixFile.text(entries).getBytes(StandardCharsets.US_ASCII);
        try {
            assertThat(KnownPrefixFile.parse(text)).isEqualTo(entries);
        } catch (IOException e) {
            throw new AssertionError("what was written is refused", e);
        }
        return "read " + Math.min(3, entries.size());
    }
}
