package dev.asterism.l7.match;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.Caller;
import java.net.URI;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is matched is what is forwarded. */
class RequestPathTest {

    private final RequestPath path = new RequestPath();

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/a, /a",
        "/a/, /a/",
        "/a/./b, /a/b",
        "/a/../b, /b",
        "/a/b/.., /a/",
        "/a/b/../.., /",
        "/../a, /a",
        "/../../, /",
        "/., /",
        "/.., /",
        "/a/., /a/",
        "//a, /a",
        "/a//b, /a/b",
        "/a//, /a/",
        "/a///../b, /b",
        "/...,  /...",
        "/.a, /.a",
        "/a.., /a..",
        "/..a/b, /..a/b",
        "/%61dmin, /admin",
        "/%41%7e, /A~",
        "/%2e%2e/a, /a",
        "/a/%2E%2e/b, /b",
        "/a/.%2e/b, /b",
        "/%3a%C3%a9, /%3A%C3%A9",
        "/a%20b, /a%20b",
        "/100%25, /100%25",
        "*, *",
    })
    void hasOneForm(String target, String form) {
        assertThat(read(target)).isTrue();
        assertThat(text()).isEqualTo(form);
        assertThat(path.isChanged()).isEqualTo(!target.equals(form));
    }

    @ParameterizedTest
    @CsvSource({
        "/a%2fb, an escaped slash",
        "/a%2Fb, an escaped slash",
        "/a%5cb, an escaped slash",
        "/a%5Cb, an escaped slash",
        "/a%00, an escaped NUL",
        "/a\\b, a backslash",
        "/a%252fb, an escape within an escape",
        "/a%252Fb, an escape within an escape",
        "/%2525%32%66, an escape within an escape",
        "/%25%32%66, an escape within an escape",
        "/%25%36%31, an escape within an escape",
        "/a%2, an escape without two digits",
        "/a%, an escape without two digits",
        "/a%zz, an escape without two digits",
        "/a;x=1, a semicolon",
        "/a;/b, a semicolon",
        "/;a/b, a semicolon",
        "/a/b;, a semicolon",
        "/a/..;/b, a semicolon",
        "/a/%2e%2e;x=1/b, a semicolon",
        "/a%3bx=1, an escaped semicolon",
        "/a%3B/b, an escaped semicolon",
        "/a/..%3b/b, an escaped semicolon",
    })
    void isRefusedWhereServersDiffer(String target, String fault) {
        assertThat(read(target)).isFalse();
        assertThat(path.fault()).isEqualTo(fault);
    }

    @Test
    void theQueryIsNotAPath() {
        assertThat(read("/a?x=/../%2f%00;\\")).isTrue();
        assertThat(text()).isEqualTo("/a");
        assertThat(path.isChanged()).isFalse();
        assertThat(path.queryLength()).isEqualTo("x=/../%2f%00;\\".length());
    }

    /** The JDK resolves dots the same way where no segment is empty and nothing climbs out. */
    @Test
    void resolvesDotsAsTheJdkDoes() {
        Random random = new Random(42);
        String[] segments = {"a", "b", ".", "..", "...", "c.d"};
        for (int round = 0; round < 20_000; round++) {
            StringBuilder target = new StringBuilder();
            int depth = 0;
            for (int n = 1 + random.nextInt(8); n > 0; n--) {
                String segment = segments[random.nextInt(segments.length)];
                if (segment.equals("..") && depth == 0) {
                    segment = "a";
                }
                depth += segment.equals("..") ? -1 : segment.equals(".") ? 0 : 1;
                target.append('/').append(segment);
            }
            String uri = URI.create("http://h" + target).normalize().getPath();
            assertThat(read(target.toString())).isTrue();
            assertThat(text()).as(target.toString()).isEqualTo(uri.isEmpty() ? "/" : uri);
        }
    }

    /** Whoever normalises once more finds nothing to do, so two filters agree. */
    @Test
    void theOneFormIsItsOwn() {
        Random random = new Random(7);
        String[] pieces = {"/", "a", ".", "..", "%2e", "%41", "%25", "%3a", ";", "%2", "f", "//"};
        int clear = 0;
        for (int round = 0; round < 50_000; round++) {
            StringBuilder target = new StringBuilder("/");
            for (int n = random.nextInt(9); n > 0; n--) {
                target.append(pieces[random.nextInt(pieces.length)]);
            }
            if (read(target.toString())) {
                clear++;
                String form = text();
                assertThat(read(form)).as("%s becomes %s", target, form).isTrue();
                assertThat(text()).as(target.toString()).isEqualTo(form);
            }
        }
        assertThat(clear).isGreaterThan(10_000);
    }

    @Test
    void theFormIsWhatGoesUpstream() {
        for (boolean own : new boolean[] {false, true}) {
            String target = "/a/./%62//../c?q=%2f";
            Head head = own ? SampleRequest.own("GET", target) : SampleRequest.text("GET", target);
            RequestView view = new RequestView(FieldNames.standard());
            view.begin(head, Caller.UNKNOWN);

            view.forwardClearPath();

            assertThat(view.pathText()).isEqualTo("/a/c");
            assertThat(SampleRequest.asHttp1(head)).startsWith("GET /a/c?q=%2f HTTP/1.1\r\n");
        }
    }

    private boolean read(String target) {
        byte[] b = Ascii.bytes("xx" + target + "yy");
        return path.read(b, 2, b.length - 4);
    }

    private String text() {
        return Texts.text(path.bytes(), path.at(), path.length());
    }
}
