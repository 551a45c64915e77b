package dev.asterism.agent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.lighthouse.memory.RememberedPeer;
import dev.asterism.overlay.cert.CertificateId;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerAddressFileTest {

    private static final Bytes KEY = Bytes.owning(new byte[32]);
    private static final Fingerprint FINGERPRINT = Fingerprint.of(KEY);
    private static final CertificateId CERTIFICATE =
            new CertificateId(FINGERPRINT, null, Fingerprint.of(KEY, KEY));
    private static final Instant HEARD = Instant.ofEpochSecond(1_800_000_000L);

    @TempDir Path folder;

    @Test
    void givesBackWhatWasWritten() throws IOException {
        List<RememberedPeer> peers =
                List.of(
                        new RememberedPeer(
                                List.of(Ip.of("10.42.0.2"), Ip.of("fd42::2")),
                                CERTIFICATE,
                                List.of(
                                        UnderlayAddr.of("192.0.2.2:4242"),
                                        UnderlayAddr.of("[2001:db8::2]:4242")),
                                List.of(UnderlayAddr.of("10.0.0.2:4242")),
                                List.of(Ip.of("10.42.0.7"), Ip.of("fd42::7")),
                                HEARD),
                        known(
                                "10.42.0.4",
                                new CertificateId(FINGERPRINT, FINGERPRINT, FINGERPRINT)),
                        known("10.42.0.5", new CertificateId(FINGERPRINT, null, null)),
                        known("10.42.0.3", null));
        file().write(List.of());
        file().write(peers);

        assertThat(file().read()).isEqualTo(peers);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().path())))
                .isEqualTo("rw-------");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(file().path());
        }
    }

    @Test
    void isEmptyBeforeTheFirstTimeAndAfterADeletion() throws IOException {
        assertThat(file().read()).isEmpty();
        file().write(peers(1));
        file().delete();
        assertThat(file().read()).isEmpty();
        file().delete();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "asterism known prefixes 1",
                "FORMAT|",
                "FORMAT|1800000000 - 10.42.0.2 - -",
                "FORMAT|1800000000 - 10.42.0.2 - - - -",
                "FORMAT|1800000000 - - 192.0.2.2:1 - -",
                "FORMAT|-1 - 10.42.0.2 192.0.2.2:1 - -",
                "FORMAT|99999999999 - 10.42.0.2 192.0.2.2:1 - -",
                "FORMAT|soon - 10.42.0.2 192.0.2.2:1 - -",
                "FORMAT|1800000000 abcd 10.42.0.2 192.0.2.2:1 - -",
                "FORMAT|1800000000 DIGEST 10.42.0.2 192.0.2.2:1 - -",
                "FORMAT|1800000000 DIGEST,- 10.42.0.2 192.0.2.2:1 - -",
                "FORMAT|1800000000 DIGEST,-,abcd 10.42.0.2 192.0.2.2:1 - -",
                "FORMAT|1800000000 DIGEST,abcd,- 10.42.0.2 192.0.2.2:1 - -",
                "FORMAT|1800000000 -,-,DIGEST 10.42.0.2 192.0.2.2:1 - -",
                "FORMAT|1800000000 DIGEST,-,-,- 10.42.0.2 192.0.2.2:1 - -",
                "FORMAT|1800000000 - ten 192.0.2.2:1 - -",
                "FORMAT|1800000000 - 10.42.0.2 192.0.2.2 - -",
                "FORMAT|1800000000 - 10.42.0.2 192.0.2.2:1, - -",
                "FORMAT|1800000000 - 10.42.0.2 - 192.0.2.2:99999 -",
                "FORMAT|1800000000 - 10.42.0.2 - - relay"
            })
    void refusesWhatItDidNotWrite(String content) throws IOException {
        Files.writeString(
                file().path(),
                content.replace("FORMAT", "asterism peer addresses 2")
                                .replace("DIGEST", FINGERPRINT.toString())
                                .replace("|", "\n")
                        + "\n");
        assertThatThrownBy(() -> file().read()).isInstanceOf(IOException.class);
    }

    @Test
    void refusesWhatIsHuge() throws IOException {
        Files.write(file().path(), new byte[PeerAddressFile.MAX_BYTES + 1]);
        assertThatThrownBy(() -> file().read()).hasMessageContaining("longer");
    }

    /** The configuration may name any number of relays and addresses. */
    @Test
    void writesNoMoreOfAPeerThanItReads() throws IOException {
        List<UnderlayAddr> addresses =
                IntStream.rangeClosed(1, 70)
                        .mapToObj(i -> UnderlayAddr.of("192.0.2.2:" + i))
                        .toList();
        List<Ip> relays =
                IntStream.rangeClosed(1, 70).mapToObj(i -> Ip.ofIpv4(0x0A000000 + i)).toList();
        file().write(
                        List.of(
                                new RememberedPeer(
                                        List.of(Ip.of("10.42.0.2")),
                                        CERTIFICATE,
                                        addresses,
                                        addresses,
                                        relays,
                                        HEARD)));

        assertThat(file().read())
                .containsExactly(
                        new RememberedPeer(
                                List.of(Ip.of("10.42.0.2")),
                                CERTIFICATE,
                                addresses.subList(0, 64),
                                addresses.subList(0, 64),
                                relays.subList(0, 64),
                                HEARD));
    }

    @Test
    void writesTheLatestThatItCanRead() throws IOException {
        List<RememberedPeer> many = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            many.addAll(peers(16_384));
        }
        file().write(many);

        List<RememberedPeer> read = file().read();
        assertThat(read.size()).isBetween(80_000, many.size() - 1);
        assertThat(read).isEqualTo(many.subList(many.size() - read.size(), many.size()));
    }

    /** Of whom there is no address. */
    private static RememberedPeer known(String address, @Nullable CertificateId certificate) {
        return new RememberedPeer(
                List.of(Ip.of(address)), certificate, List.of(), List.of(), List.of(), HEARD);
    }

    private static List<RememberedPeer> peers(int count) {
        return IntStream.range(0, count)
                .mapToObj(
                        i ->
                                new RememberedPeer(
                                        List.of(Ip.ofIpv4(0x0A000000 + i)),
                                        CERTIFICATE,
                                        List.of(UnderlayAddr.of("192.0.2.2:4242")),
                                        List.of(),
                                        List.of(),
                                        HEARD))
                .toList();
    }

    private PeerAddressFile file() {
        return new PeerAddressFile(folder, KEY);
    }
}
