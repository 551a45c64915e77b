package dev.asterism.l7.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HeadLines;
import dev.asterism.l7.http.HttpLimits;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The examples of RFC 7541 appendix C. */
class HpackVectorTest {

    private static final String TABLE_OF_256_BYTES = "3fe101";

    private final HpackDecoder decoder =
            new HpackDecoder(FieldNames.standard(), HttpLimits.STANDARD);
    private final Head head = new Head();

    @Test
    void decodesSingleFields() {
        assertThat(trailers("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"))
                .containsExactly("custom-key: custom-header");
        assertThat(trailers("1008 7061 7373 776f 7264 0673 6563 7265 74"))
                .containsExactly("password: secret");
        request("040c 2f73 616d 706c 652f 7061 7468");
        assertThat(part(Head.PATH)).isEqualTo("/sample/path");
        request("82");
        assertThat(part(Head.METHOD)).isEqualTo("GET");
    }

    @Test
    void decodesRequestsWithoutHuffman() {
        requests(
                "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
                "8286 84be 5808 6e6f 2d63 6163 6865",
                "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65");
    }

    @Test
    void decodesRequestsWithHuffman() {
        requests(
                "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
                "8286 84be 5886 a8eb 1064 9cbf",
                "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf");
    }

    private void requests(String first, String second, String third) {
        assertThat(request(first)).isEmpty();
        assertThat(line()).isEqualTo("GET http www.example.com /");
        assertThat(request(second)).containsExactly("cache-control: no-cache");
        assertThat(line()).isEqualTo("GET http www.example.com /");
        assertThat(request(third)).containsExactly("custom-key: custom-value");
        assertThat(line()).isEqualTo("GET https www.example.com /index.html");
        assertThat(head.has(Head.MALFORMED)).isFalse();
    }

    @Test
    void decodesAnswersWithoutHuffman() {
        answers(
                TABLE_OF_256_BYTES
                        + "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133"
                        + "2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70"
                        + "6c65 2e63 6f6d",
                "4803 3330 37c1 c0bf",
                "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d"
                        + "54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049"
                        + "5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e"
                        + "3d31");
    }

    @Test
    void decodesAnswersWithHuffman() {
        answers(
                TABLE_OF_256_BYTES
                        + "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6"
                        + "2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
                "4883 640e ffc1 c0bf",
                "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab"
                        + "77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f"
                        + "9587 3160 65c0 03ed 4ee5 b106 3d50 07");
    }

    /** With a table of 256 bytes, so that entries leave it. */
    private void answers(String first, String second, String third) {
        String private1 = "cache-control: private";
        String location = "location: https://www.example.com";
        assertThat(answer(first))
                .containsExactly(private1, "date: Mon, 21 Oct 2013 20:13:21 GMT", location);
        assertThat(head.status()).isEqualTo(302);
        assertThat(answer(second))
                .containsExactly(private1, "date: Mon, 21 Oct 2013 20:13:21 GMT", location);
        assertThat(head.status()).isEqualTo(307);
        assertThat(answer(third))
                .containsExactly(
                        private1,
                        "date: Mon, 21 Oct 2013 20:13:22 GMT",
                        location,
                        "content-encoding: gzip",
                        "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1");
        assertThat(head.status()).isEqualTo(200);
    }

    @Test
    void refusesWhatEndsTooEarlyOrPointsNowhere() {
        for (String bad :
                List.of(
                        "80", // index 0
                        "be", // behind the static table
                        "ff", // an integer without an end
                        "ffffffffff0f", // and one too large
                        "40", // a literal without a name
                        "4003 6162", // a name that ends too early
                        "4001 61", // no value
                        "400161 8161", // a Huffman value with padding that is not all ones
                        "400161 84ffffffff", // EOS
                        "400161 82 ffff", // more than seven bits of padding
                        "3fe21f", // a table over 4,096 bytes
                        "82 20")) { // a change of the table behind a field
            HpackDecoder fresh = new HpackDecoder(FieldNames.standard(), HttpLimits.STANDARD);
            byte[] block = hex(bad);
            assertThat(fresh.request(block, 0, block.length, head)).as(bad).isFalse();
        }
    }

    @Test
    void keepsTheTableGoingWhenTheListIsTooLarge() {
        byte[] big = new byte[20_004];
        System.arraycopy(hex("0001 617f"), 0, big, 0, 4);
        // A value of 20,000 bytes: 127 + 19,873.
        System.arraycopy(hex("a19b01"), 0, big, 4, 3);
        byte[] value = java.util.Arrays.copyOf(big, 7 + 20_000);
        java.util.Arrays.fill(value, 7, value.length, (byte) 'v');
        byte[] block = new byte[2 * value.length + 8];
        System.arraycopy(value, 0, block, 0, value.length);
        System.arraycopy(value, 0, block, value.length, value.length);
        System.arraycopy(hex("4001 7a03 6c6c 6c"), 0, block, 2 * value.length, 7);
        block[block.length - 1] = (byte) 0xbe;

        assertThat(decoder.trailers(block, 0, block.length, head)).isTrue();
        assertThat(head.has(Head.TOO_LARGE)).isTrue();
        assertThat(head.count()).isOne();
        assertThat(head.ownLength()).isLessThan(32 << 10);
        assertThat(trailers("be")).containsExactly("z: lll");
    }

    @Test
    void doesNotGrowWithABombOfIndexes() {
        byte[] block = new byte[40_000];
        byte[] entry = hex("4001 617f 811d");
        System.arraycopy(entry, 0, block, 0, entry.length);
        java.util.Arrays.fill(block, entry.length, entry.length + 3840, (byte) 'v');
        java.util.Arrays.fill(block, entry.length + 3840, block.length, (byte) 0xbe);

        assertThat(decoder.trailers(block, 0, block.length, head)).isTrue();
        assertThat(head.has(Head.TOO_LARGE)).isTrue();
        assertThat(head.bytes().length).isLessThan(128 << 10);
    }

    /** Two bytes that make us copy 4 KiB, again and again. */
    @Test
    void givesUpOnABombOfNames() {
        byte[] block = new byte[40_000];
        byte[] entry = hex("40 7f801d");
        System.arraycopy(entry, 0, block, 0, entry.length);
        java.util.Arrays.fill(block, entry.length, entry.length + 3839, (byte) 'n');
        int at = entry.length + 3839;
        block[at++] = 0;
        for (; at + 2 < block.length; at += 3) {
            block[at] = 0x0f;
            block[at + 1] = 0x2f;
            block[at + 2] = 0;
        }
        byte[] some = java.util.Arrays.copyOf(block, entry.length + 3840 + 3 * 20);

        assertThat(decoder.trailers(some, 0, some.length, head)).isTrue();
        assertThat(head.has(Head.TOO_LARGE)).isTrue();
        assertThat(decoder.trailers(block, 0, at, head)).isFalse();
    }

    @Test
    void survivesMutations() {
        byte[][] seeds = {
            hex("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff"),
            hex("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"),
            hex("4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6")
        };
        Random random = new Random(11);
        HpackDecoder lasting = new HpackDecoder(FieldNames.standard(), HttpLimits.STANDARD);
        int good = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] block = seeds[random.nextInt(seeds.length)].clone();
            for (int n = random.nextInt(4); n > 0; n--) {
                block[random.nextInt(block.length)] = (byte) random.nextInt(256);
            }
            int end = 1 + random.nextInt(block.length);
            if (lasting.request(block, 0, end, head)) {
                good++;
            }
        }
        assertThat(good).isBetween(10_000, 90_000);
    }

    private List<String> request(String hex) {
        byte[] block = hex(hex);
        assertThat(decoder.request(block, 0, block.length, head)).isTrue();
        return HeadLines.fields(head);
    }

    private List<String> answer(String hex) {
        byte[] block = hex(hex);
        assertThat(decoder.answer(block, 0, block.length, head)).isTrue();
        assertThat(head.has(Head.MALFORMED)).isFalse();
        return HeadLines.fields(head);
    }

    private List<String> trailers(String hex) {
        byte[] block = hex(hex);
        assertThat(decoder.trailers(block, 0, block.length, head)).isTrue();
        assertThat(head.has(Head.MALFORMED)).isFalse();
        return HeadLines.fields(head);
    }

    private String line() {
        return part(Head.METHOD)
                + " "
                + part(Head.SCHEME)
                + " "
                + part(Head.AUTHORITY)
                + " "
                + part(Head.PATH);
    }

    private String part(int part) {
        return text(head.partAt(part), head.partLength(part));
    }

    private String text(int at, int length) {
        return new String(head.bytes(), at, length, StandardCharsets.ISO_8859_1);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }
}
