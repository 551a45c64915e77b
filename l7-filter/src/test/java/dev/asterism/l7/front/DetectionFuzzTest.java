package dev.asterism.l7.front;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.l7.exchange.ProxyRig;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * First bytes, whatever they are: found to be the same however they are cut, never lost on the way to TCP, and never
 * TCP when they may begin HTTP.
 */
class DetectionFuzzTest {

    /** What the most lenient server takes for one. */
    private static final Pattern REQUEST_LINE =
            Pattern.compile("^[!-~]+[\\s\\x85\\xa0\\x1c-\\x1f]+.*HTTP/");

    static Stream<FuzzTarget> targets() {
        return Stream.of(
                FuzzTarget.of("l7-detection", DetectionFuzzTest::check)
                        .seed("GET / HTTP/1.1\r\n")
                        .seed("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
                        .seed("\26\3\1\0\5\1")
                        .seed("SSH-2.0-x\r\n")
                        .words("PRI * HTTP/2.0\r\n\r\n", " /", " http", "\r\n", " *")
                        .mostBytes(64)
                        .mayAllocate(16 << 20, 16384));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    private static String check(byte[] input) {
        String whole = found(input, input.length + 1);
        assertThat(found(input, 1)).isEqualTo(whole);
        return whole;
    }

    private static String found(byte[] input, int step) {
        ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_1);
        MemoryConn client = rig.client(rig.front(Spoken.DETECTED));
        String found = client.protocol().getClass().getSimpleName();
        for (int from = 0; from < input.length && !client.isClosed(); from += step) {
            client.arrive(Arrays.copyOfRange(input, from, Math.min(input.length, from + step)));
            found = client.protocol().getClass().getSimpleName();
        }
        if (found.equals("Detection")) {
            rig.loop().pass(TimeUnit.SECONDS.toNanos(3));
            found = client.protocol().getClass().getSimpleName();
            assertThat(found).isEqualTo(input.length == 0 ? "Side" : "Http1Server");
            found = "undecided";
        }
        if (found.equals("Side") && client.isClosed()) {
            String line = new String(input, StandardCharsets.ISO_8859_1).split("\n", 2)[0];
            assertThat(line).contains("HTTP/");
            assertThat(rig.server().sentText()).doesNotContain("HTTP/");
            return "cut";
        }
        if (found.equals("Side")) {
            assertThat(rig.server().sent()).isEqualTo(input);
        }
        boolean piped = client.protocol().getClass().getSimpleName().equals("Side");
        String text = new String(input, StandardCharsets.ISO_8859_1);
        String first = text.stripLeading().split("\n", 2)[0];
        assertThat(piped && REQUEST_LINE.matcher(first).find()).isFalse();
        return found;
    }
}
