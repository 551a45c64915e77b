package dev.asterism.overlay.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PrefixTableTest {

    private final PrefixTable<String> table = new PrefixTable<>();

    @Test
    void findsNothingInAnEmptyTable() {
        assertThat(table.isEmpty()).isTrue();
        assertThat(find("10.0.0.1")).isNull();
        assertThat(find("::1")).isNull();
        assertThat(table.get(Cidr.of("::/0"))).isNull();
    }

    @Test
    void prefersTheLongestPrefix() {
        put("10.0.0.0/8", "wide");
        put("10.42.0.0/16", "narrow");
        put("10.42.0.2/32", "host");

        assertThat(find("10.42.0.2")).isEqualTo("host");
        assertThat(find("10.42.0.3")).isEqualTo("narrow");
        assertThat(find("10.43.0.2")).isEqualTo("wide");
        assertThat(find("11.0.0.1")).isNull();
    }

    @Test
    void takesTheFirstAndLastAddressOfAPrefixButNotTheirNeighbours() {
        put("10.42.0.0/17", "low");
        put("fd42:0:0:1::/64", "six");

        assertThat(find("10.42.0.0")).isEqualTo("low");
        assertThat(find("10.42.127.255")).isEqualTo("low");
        assertThat(find("10.42.128.0")).isNull();
        assertThat(find("10.41.255.255")).isNull();
        assertThat(find("fd42:0:0:1::")).isEqualTo("six");
        assertThat(find("fd42::1:ffff:ffff:ffff:ffff")).isEqualTo("six");
        assertThat(find("fd42:0:0:2::")).isNull();
    }

    @Test
    void defaultRoutesStayInTheirFamily() {
        put("::/0", "six");
        assertThat(find("10.0.0.1")).isNull();
        assertThat(find("fd00::1")).isEqualTo("six");

        put("0.0.0.0/0", "four");
        assertThat(find("10.0.0.1")).isEqualTo("four");
        assertThat(find("fd00::1")).isEqualTo("six");
    }

    @Test
    void aValueSharedByBothFamiliesIsFoundInBoth() {
        String shared = "both";
        put("::/0", shared);
        put("10.0.0.0/8", shared);

        assertThat(find("10.0.0.1")).isEqualTo(shared);
        assertThat(find("11.0.0.1")).isNull();
    }

    @Test
    void shortIpv6PrefixesAroundTheMappedRangeDoNotCatchIpv4() {
        put("::/8", "eight");
        put("::/80", "eighty");

        assertThat(find("10.0.0.1")).isNull();
        assertThat(find("::1")).isEqualTo("eighty");
    }

    @Test
    void aSecondPutReplacesAndReturnsTheFirst() {
        assertThat(put("10.0.0.0/8", "old")).isNull();
        assertThat(put("10.7.7.7/8", "new")).isEqualTo("old");

        assertThat(table.size()).isEqualTo(1);
        assertThat(find("10.0.0.1")).isEqualTo("new");
        assertThat(table.get(Cidr.of("10.0.0.0/8"))).isEqualTo("new");
        assertThat(table.get(Cidr.of("10.0.0.0/9"))).isNull();
        assertThat(table.get(Cidr.of("10.0.0.0/7"))).isNull();
    }

    @Test
    void visitsEveryEntryWiderOnesFirst() {
        for (String prefix :
                List.of("10.42.0.0/16", "fd00::/8", "10.0.0.0/8", "9.0.0.1/32", "::/0")) {
            put(prefix, prefix);
        }
        List<String> seen = new ArrayList<>();

        table.forEach((prefix, value) -> seen.add(prefix + "=" + value));

        assertThat(seen)
                .containsExactly(
                        "::/0=::/0",
                        "9.0.0.1/32=9.0.0.1/32",
                        "10.0.0.0/8=10.0.0.0/8",
                        "10.42.0.0/16=10.42.0.0/16",
                        "fd00::/8=fd00::/8");
    }

    @Test
    void agreesWithALinearSearchOnRandomTables() {
        Random random = new Random(17);
        for (int round = 0; round < 50; round++) {
            PrefixTable<String> trie = new PrefixTable<>();
            Map<Cidr, String> list = new LinkedHashMap<>();
            for (int i = 0; i < 60; i++) {
                Ip ip = random(random);
                Cidr prefix = new Cidr(ip, random.nextInt(ip.bitLength() + 1)).masked();
                trie.put(prefix, "v" + i);
                list.put(prefix, "v" + i);
            }
            assertThat(trie.size()).isEqualTo(list.size());
            for (int i = 0; i < 300; i++) {
                Ip ip = random(random);
                assertThat(trie.longestMatch(ip)).as("" + ip).isEqualTo(linear(list, ip));
            }
        }
    }

    private static @Nullable String linear(Map<Cidr, String> list, Ip ip) {
        String best = null;
        int bits = -1;
        for (Map.Entry<Cidr, String> entry : list.entrySet()) {
            if (entry.getKey().contains(ip) && entry.getKey().bits() > bits) {
                best = entry.getValue();
                bits = entry.getKey().bits();
            }
        }
        return best;
    }

    /** Few distinct bits, so that prefixes nest and matches are common. */
    private static Ip random(Random random) {
        int sparse = random.nextInt() & 0x81808081;
        return random.nextBoolean()
                ? Ip.ofIpv4(sparse)
                : new Ip((long) sparse << 32, random.nextLong() & 0x8000000000000081L);
    }

    private @Nullable String put(String prefix, String value) {
        return table.put(Cidr.of(prefix), value);
    }

    private @Nullable String find(String ip) {
        return table.longestMatch(Ip.of(ip));
    }
}
