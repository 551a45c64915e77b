package dev.asterism.l7.match;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Paths of any caller: what is clear has one form, which is its own and which no server reads in another way. */
class PathFuzzTest {

    static Stream<FuzzTarget> targets() {
        return Stream.of(
                FuzzTarget.of("l7-path", PathFuzzTest::check)
                        .seed("/a/./b/../c?d=/../e")
                        .seed("/%61dmin/%2e%2E/x%20")
                        .seed("//a///b/..")
                        .seed("/a%2fb%5c%00")
                        .seed("/%252e/%25%36%31")
                        .words("/..", "/.", "%2e", "%2f", "%25", "//", "?")
                        .mostBytes(200));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    private static String check(byte[] input) {
        RequestPath path = new RequestPath();
        byte[] target =
                ("/" + new String(input, StandardCharsets.ISO_8859_1))
                        .getBytes(StandardCharsets.ISO_8859_1);
        if (!path.read(target, 0, target.length)) {
            assertThat(path.fault()).isNotBlank();
            return "refused";
        }
        String form = text(path);
        assertThat(form).startsWith("/").doesNotContain("//", "/./", "/../", "\\", "?");
        assertThat(form + "/").doesNotContain("/./", "/../");
        assertThat(form.toLowerCase(java.util.Locale.ROOT))
                .doesNotContain("%2f", "%5c", "%00", "%2e");
        boolean changed = path.isChanged();
        RequestPath again = new RequestPath();
        byte[] own = form.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(again.read(own, 0, own.length)).isTrue();
        assertThat(text(again)).isEqualTo(form);
        assertThat(again.isChanged()).isFalse();
        return changed ? "changed" : "as it was";
    }

    private static String text(RequestPath path) {
        return new String(path.bytes(), path.at(), path.length(), StandardCharsets.ISO_8859_1);
    }
}
