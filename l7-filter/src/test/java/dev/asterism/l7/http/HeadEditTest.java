package dev.asterism.l7.http;

import static dev.asterism.l7.match.SampleRequest.forwarded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.match.SampleRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadEditTest {

    private static final byte[] NAME = Ascii.bytes("x-new");

    @Test
    void whatLentTheTextStaysAsItIs() {
        Head head = SampleRequest.text("GET", "/a", "Accept: x");
        byte[] lent = head.bytes();
        byte[] before = lent.clone();

        head.addField(NAME, Ascii.bytes("1"), FieldNames.OTHER);
        head.replacePart(Head.PATH, Ascii.bytes("/longer"), 0, 7);

        assertThat(lent).isEqualTo(before);
        assertThat(head.bytes()).isNotSameAs(lent);
    }

    @Test
    void anEditedTextGoesOutAsOneText() {
        Head head = SampleRequest.text("GET", "/a?q=1", "Accept: x", "X-Old: y", "Cookie: c");
        head.renumber(1, 40);

        head.dropAll(40);
        head.addField(NAME, Ascii.bytes("1"), FieldNames.OTHER);
        head.replacePart(Head.PATH, Ascii.bytes("/b"), 0, 2);
        head.addField(NAME, Ascii.bytes("2"), FieldNames.OTHER);
        head.replacePart(Head.AUTHORITY, Ascii.bytes("other"), 0, 5);

        assertThat(SampleRequest.asHttp1(head))
                .isEqualTo(
                        """
                        GET /b HTTP/1.1\r
                        host: other\r
                        Accept: x\r
                        Cookie: c\r
                        x-new: 1\r
                        x-new: 2\r
                        \r
                        """);
    }

    @Test
    void aPartLongerThanTheFreeRoomMovesTheText() {
        Head head = SampleRequest.text("GET", "/a", "Accept: x");
        byte[] path = Ascii.bytes("/" + "p".repeat(5000));

        head.replacePart(Head.PATH, Ascii.bytes("/first"), 0, 6);
        head.replacePart(Head.AUTHORITY, Ascii.bytes("other"), 0, 5);
        head.replacePart(Head.PATH, path, 0, path.length);
        head.addField(NAME, Ascii.bytes("1"), FieldNames.OTHER);

        assertThat(SampleRequest.asHttp1(head))
                .isEqualTo(
                        "GET /"
                                + "p".repeat(5000)
                                + " HTTP/1.1\r\nhost: other\r\nAccept: x\r\nx-new: 1\r\n\r\n");
    }

    /** Seeds are fixed: each is a sequence of edits of both forms against a list. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void editsOfBothFormsDoWhatTheySay(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            String[] fields = new String[random.nextInt(6)];
            for (int i = 0; i < fields.length; i++) {
                fields[i] = "f" + random.nextInt(3) + ": v" + i;
            }
            boolean text = random.nextBoolean();
            Head head =
                    text
                            ? SampleRequest.text("GET", "/start", fields)
                            : SampleRequest.own("GET", "/start", fields);
            List<String> expected = new ArrayList<>(forwarded(head));
            String path = edit(head, expected, random);

            assertThat(forwarded(head)).as("seed %d, round %d", seed, round).isEqualTo(expected);
            assertThat(SampleRequest.part(head, Head.PATH)).isEqualTo(path);
            assertThat(SampleRequest.asHttp1(head))
                    .startsWith("GET " + path + " HTTP/1.1\r\n")
                    .matches(written -> withoutHost(written).equals(withoutHost(expected)));
        }
    }

    private static List<String> withoutHost(String written) {
        List<String> lines = List.of(written.split("\r\n"));
        return withoutHost(lines.subList(1, lines.size()));
    }

    private static List<String> withoutHost(List<String> fields) {
        return fields.stream().filter(field -> !field.startsWith("host:")).toList();
    }

    private static String edit(Head head, List<String> expected, Random random) {
        String path = "/start";
        for (int step = random.nextInt(12); step > 0; step--) {
            switch (random.nextInt(3)) {
                case 0 -> {
                    String value = "e".repeat(1 + random.nextInt(200));
                    head.addField(NAME, Ascii.bytes(value), FieldNames.OTHER);
                    expected.add("x-new: " + value);
                }
                case 1 -> {
                    path = "/" + "p".repeat(random.nextInt(400));
                    byte[] b = Ascii.bytes(path);
                    head.replacePart(Head.PATH, b, 0, b.length);
                }
                default -> {
                    if (head.count() > 1) {
                        int row = random.nextInt(head.count());
                        boolean kept = head.id(row) == FieldNames.OTHER;
                        if (kept) {
                            int place = place(head, row);
                            head.drop(row);
                            expected.remove(place);
                        }
                    }
                }
            }
        }
        return path;
    }

    private static int place(Head head, int row) {
        int place = 0;
        for (int i = 0; i < row; i++) {
            int id = head.id(i);
            place += id == FieldNames.OTHER || id > FieldNames.LAST_HOP ? 1 : 0;
        }
        return place;
    }

    @Test
    void fieldsGetTheNumbersOfAConfigurationWhateverAParserGaveThem() {
        FieldNames older = FieldNames.with(List.of("x-first", "x-user"));
        FieldNames newer = FieldNames.with(List.of("x-user"));
        Head head = SampleRequest.text("GET", "/", "X-User: a", "Accept: b", "X-First: c");

        older.number(head);
        assertThat(head.id(0)).isEqualTo(older.idOf("x-user"));
        newer.number(head);

        assertThat(head.id(0)).isEqualTo(newer.idOf("x-user"));
        assertThat(head.id(1)).isEqualTo(newer.idOf("accept"));
        assertThat(head.id(2)).isEqualTo(FieldNames.OTHER);
    }
}
