package dev.asterism.overlay.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

    @ParameterizedTest
    @CsvSource({
        "10.42.0.2/16, 10.42.0.2/16, 10.42.0.0/16, 10.42.255.255",
        "10.42.0.2/32, 10.42.0.2/32, 10.42.0.2/32, 10.42.0.2",
        "10.42.0.2/0, 10.42.0.2/0, 0.0.0.0/0, 255.255.255.255",
        "255.255.255.255/1, 255.255.255.255/1, 128.0.0.0/1, 255.255.255.255",
        "fd42::1/64, fd42::1/64, fd42::/64, fd42::ffff:ffff:ffff:ffff",
        "fd42::1/63, fd42::1/63, fd42::/63, fd42::1:ffff:ffff:ffff:ffff",
        "fd42::1/65, fd42::1/65, fd42::/65, fd42::7fff:ffff:ffff:ffff",
        "fd42::1/128, fd42::1/128, fd42::1/128, fd42::1",
        "fd42::1/0, fd42::1/0, ::/0, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "::ffff:10.42.0.2/112, 10.42.0.2/16, 10.42.0.0/16, 10.42.255.255",
        "::ffff:10.42.0.2/96, 10.42.0.2/0, 0.0.0.0/0, 255.255.255.255",
    })
    void readsKeepsHostBitsAndMasks(String text, String printed, String masked, String last) {
        Cidr cidr = Cidr.of(text);

        assertThat(cidr).hasToString(printed);
        assertThat(cidr.masked()).hasToString(masked);
        assertThat(cidr.last()).hasToString(last);
        assertThat(cidr.contains(cidr.last())).isTrue();
        assertThat(cidr.contains(cidr.masked().address())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "10.0.0.0",
                "10.0.0.0/",
                "/8",
                "10.0.0.0/33",
                "10.0.0.0/08",
                "10.0.0.0/00",
                "10.0.0.0/+8",
                "10.0.0.0/-1",
                "10.0.0.0/8 ",
                "10.0.0.0/ 8",
                "10.0.0/8",
                "10.0.0.0/8/8",
                "::/129",
                "::/1000",
                "::/064",
                "::1%eth0/64",
                "10.0.0.0/٨",
                "::ffff:10.0.0.0/95",
                "::ffff:10.0.0.0/8",
                "::ffff:10.0.0.0/129",
                "x/8",
            })
    void refusesWhatIsNoStrictPrefix(String text) {
        assertThat(Cidr.parse(text)).isNull();
        assertThatThrownBy(() -> Cidr.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesImpossibleLengths() {
        assertThatThrownBy(() -> new Cidr(Ip.of("10.0.0.0"), 33))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Cidr(Ip.of("::"), 129))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Cidr(Ip.of("::"), -1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void neverMixesFamilies() {
        assertThat(Cidr.of("::/0").contains(Ip.of("10.0.0.1"))).isFalse();
        assertThat(Cidr.of("0.0.0.0/0").contains(Ip.of("::1"))).isFalse();
        assertThat(Cidr.of("::/0").covers(Cidr.of("10.0.0.0/8"))).isFalse();
        assertThat(Cidr.of("0.0.0.0/0").covers(Cidr.of("fd00::/8"))).isFalse();
    }

    @Test
    void coversItselfAndLongerPrefixesInside() {
        Cidr net = Cidr.of("10.42.0.0/16");

        assertThat(net.covers(net)).isTrue();
        assertThat(net.covers(Cidr.of("10.42.7.0/24"))).isTrue();
        assertThat(net.covers(Cidr.of("10.43.0.0/24"))).isFalse();
        assertThat(net.covers(Cidr.of("10.0.0.0/8"))).isFalse();
    }

    @Test
    void agreesWithArithmeticOnRandomNetworks() {
        Random random = new Random(9);
        for (int i = 0; i < 5000; i++) {
            Ip a = random(random);
            Ip b = near(a, random);
            Cidr cidr = new Cidr(a, random.nextInt(a.bitLength() + 1));
            int shift = a.bitLength() - cidr.bits();
            boolean expected = number(a).shiftRight(shift).equals(number(b).shiftRight(shift));

            assertThat(cidr.contains(b)).as(cidr + " " + b).isEqualTo(expected);
            assertThat(cidr.contains(b.hi(), b.lo())).isEqualTo(expected);
            assertThat(number(cidr.masked().address()))
                    .isEqualTo(number(a).shiftRight(shift).shiftLeft(shift));
        }
    }

    @Test
    void ordersByAddressThenByLength() {
        assertThat(Cidr.of("10.0.0.0/8")).isLessThan(Cidr.of("10.0.0.0/16"));
        assertThat(Cidr.of("10.0.0.0/16")).isLessThan(Cidr.of("10.0.0.1/8"));
        assertThat(Cidr.of("255.0.0.0/8")).isLessThan(Cidr.of("::/0"));
    }

    private static Ip random(Random random) {
        return random.nextBoolean()
                ? Ip.ofIpv4(random.nextInt())
                : new Ip(random.nextLong() | 1, random.nextLong());
    }

    /** The same address with one bit flipped that keeps its family. */
    private static Ip near(Ip ip, Random random) {
        int bit = random.nextInt(ip.isIpv4() ? 32 : 120);
        return bit < 64
                ? new Ip(ip.hi(), ip.lo() ^ 1L << bit)
                : new Ip(ip.hi() ^ 1L << bit - 56, ip.lo());
    }

    private static BigInteger number(Ip ip) {
        return new BigInteger(1, ip.toBytes());
    }
}
