package dev.asterism.overlay.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpTest {

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "10.42.0.2, 10.42.0.2",
        "::ffff:10.42.0.2, 10.42.0.2",
        "::FFFF:0a2a:2, 10.42.0.2",
        "0:0:0:0:0:ffff:10.42.0.2, 10.42.0.2",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "0:0:0:0:0:0:0:0, ::",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0DB8::0001, 2001:db8::1",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "1:0:3:4:5:6:7:8, 1:0:3:4:5:6:7:8",
        "1:0:0:4:0:0:0:8, 1:0:0:4::8",
        "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304",
        "::1.2.3.4, ::102:304",
        "64:ff9b::1.2.3.4, 64:ff9b::102:304",
        "fe80::ffff:ffff:ffff:ffff, fe80::ffff:ffff:ffff:ffff",
    })
    void readsAndPrintsCanonically(String text, String canonical) {
        assertThat(Ip.of(text)).hasToString(canonical);
        assertThat(Ip.of(canonical)).isEqualTo(Ip.of(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1",
                "10.1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.4.",
                ".1.2.3.4",
                "1..3.4",
                "256.1.1.1",
                "1.2.3.256",
                "1.2.3.1000",
                "01.2.3.4",
                "1.2.3.00",
                "1.2.3.-4",
                "+1.2.3.4",
                "1.2.3.4 ",
                " 1.2.3.4",
                "1.2.3.a",
                "0x1.2.3.4",
                "١.2.3.4",
                "example.org",
                ":",
                ":::",
                "1:",
                ":1",
                "1::2::3",
                "1:::2",
                "::1:",
                ":1::",
                "12345::",
                "g::",
                "::g",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "1:2:3:4::5:6:7:8",
                "fe80::1%eth0",
                "::1%",
                "[::1]",
                "::1/128",
                "::ffff:1.2.3",
                "::ffff:1.2.3.4.5",
                "::ffff:1.2.3.256",
                "::ffff:01.2.3.4",
                "1.2.3.4::",
                "1.2.3.4:5",
                "::1.2.3.4:5",
                "1:2:3:4:5:6:7:1.2.3.4",
                "::1:2:3:4:5:6:1.2.3.4",
                "::１",
                "-1::",
            })
    void refusesWhatIsNoStrictLiteral(String text) {
        assertThat(Ip.parse(text)).isNull();
        assertThatThrownBy(() -> Ip.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void agreesWithTheJdkOnRandomAddresses() throws UnknownHostException {
        Random random = new Random(3);
        for (int i = 0; i < 2000; i++) {
            byte[] raw = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(raw);
            if (random.nextBoolean()) {
                Arrays.fill(raw, random.nextInt(raw.length), raw.length, (byte) 0);
            }
            Ip ip = Ip.ofBytes(raw);

            assertThat(ip.toBytes()).isEqualTo(raw);
            assertThat(Ip.of(ip.toString())).isEqualTo(ip);
            assertThat(InetAddress.getByName(ip.toString()).getAddress()).isEqualTo(raw);
            assertThat(Ip.of(InetAddress.getByAddress(raw).getHostAddress())).isEqualTo(ip);
        }
    }

    @Test
    void noMutationOfALiteralThrows() {
        Random random = new Random(4);
        String[] seeds = {"10.42.0.2", "2001:db8::1", "::ffff:1.2.3.4", "1:2:3:4:5:6:7:8"};
        String alphabet = "0123456789abcdefABCDEF.:%[]/ g\u00e9";
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(seeds[random.nextInt(seeds.length)]);
            for (int n = random.nextInt(3); n >= 0; n--) {
                int at = random.nextInt(text.length());
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, c);
                    case 1 -> text.insert(at, c);
                    default -> text.deleteCharAt(at);
                }
            }
            Ip ip = Ip.parse(text.toString());
            if (ip != null) {
                assertThat(Ip.of(ip.toString())).isEqualTo(ip);
                read++;
            }
        }
        assertThat(read).isBetween(500, 19_500);
    }

    @Test
    void holdsIpv4InMappedForm() {
        Ip ip = Ip.ofIpv4(0x0A2A0002);

        assertThat(ip).isEqualTo(Ip.of("10.42.0.2"));
        assertThat(ip.ipv4()).isEqualTo(0x0A2A0002);
        assertThat(ip.lo()).isEqualTo(Ip.mappedLo(0x0A2A0002));
        assertThat(ip.bitLength()).isEqualTo(32);
        assertThat(Ip.of("::1").bitLength()).isEqualTo(128);
        assertThat(Ip.ofIpv4(-1)).hasToString("255.255.255.255");
        assertThat(Ip.ofBytes(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 42, 0, 2}))
                .isEqualTo(ip);
        assertThatThrownBy(() -> Ip.ofBytes(new byte[5]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ordersIpv4BeforeIpv6AndBytesUnsigned() {
        List<String> ordered =
                List.of(
                        "0.0.0.0",
                        "9.255.0.0",
                        "127.0.0.1",
                        "128.0.0.1",
                        "255.0.0.0",
                        "::",
                        "::1",
                        "1::",
                        "7fff::",
                        "8000::",
                        "fe80::1",
                        "fe80::8000:0:0:0");
        List<Ip> shuffled = new ArrayList<>(ordered.reversed().stream().map(Ip::of).toList());

        shuffled.sort(null);

        assertThat(shuffled.stream().map(Ip::toString)).containsExactlyElementsOf(ordered);
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, U",
        "0.0.0.1, -",
        "::, U",
        "::1, L",
        "::2, -",
        "127.0.0.1, L",
        "127.255.255.255, L",
        "126.255.255.255, -",
        "128.0.0.0, -",
        "169.254.0.0, K",
        "169.254.255.255, K",
        "169.253.255.255, -",
        "169.255.0.0, -",
        "fe80::, K",
        "febf:ffff::, K",
        "fe7f::, -",
        "fec0::, -",
        "223.255.255.255, -",
        "224.0.0.0, M",
        "239.255.255.255, M",
        "240.0.0.0, -",
        "ff00::, M",
        "ffff::, M",
        "feff::, -",
        "10.0.0.0, P",
        "10.255.255.255, P",
        "9.255.255.255, -",
        "11.0.0.0, -",
        "172.15.255.255, -",
        "172.16.0.0, P",
        "172.31.255.255, P",
        "172.32.0.0, -",
        "192.167.255.255, -",
        "192.168.0.0, P",
        "192.168.255.255, P",
        "192.169.0.0, -",
        "fbff::, -",
        "fc00::, P",
        "fdff::, P",
    })
    void knowsTheSpecialRanges(String text, char kind) {
        Ip ip = Ip.of(text);

        assertThat(ip.isUnspecified()).isEqualTo(kind == 'U');
        assertThat(ip.isLoopback()).isEqualTo(kind == 'L');
        assertThat(ip.isLinkLocal()).isEqualTo(kind == 'K');
        assertThat(ip.isMulticast()).isEqualTo(kind == 'M');
        assertThat(ip.isPrivate()).isEqualTo(kind == 'P');
    }
}
