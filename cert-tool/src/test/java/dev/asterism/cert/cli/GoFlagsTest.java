package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every flag of every mode in every spelling, and any words against a second reading of Go's rules. */
class GoFlagsTest {

    /** What nebula-cert 1.12 has (spec certificates.md 7). */
    private static final Map<String, String> NEBULA =
            new TreeMap<>(
                    Map.of(
                            "ca",
                            "argon-iterations argon-memory argon-parallelism curve duration encrypt groups ips name"
                                    + " networks out-crt out-key out-qr pkcs11 subnets unsafe-networks version",
                            "keygen",
                            "curve out-key out-pub pkcs11",
                            "print",
                            "json out-qr path",
                            "sign",
                            "ca-crt ca-key duration groups in-pub ip name networks out-crt out-key out-qr pkcs11"
                                    + " subnets unsafe-networks version",
                            "verify",
                            "ca crt"));

    @TestFactory
    Stream<DynamicTest> hasTheFlagsOfNebulaCert() {
        return NEBULA.entrySet().stream()
                .map(
                        mode ->
                                DynamicTest.dynamicTest(
                                        mode.getKey(),
                                        () ->
                                                assertThat(mode(mode.getKey()).flags().all())
                                                        .map(Flag::name)
                                                        .contains(mode.getValue().split(" "))));
    }

    @TestFactory
    Stream<DynamicTest> readsEverySpellingOfEveryFlag() {
        return ModeTable.NAMES.stream()
                .flatMap(
                        name ->
                                mode(name).flags().all().stream()
                                        .map(
                                                flag ->
                                                        DynamicTest.dynamicTest(
                                                                name + " -" + flag.name(),
                                                                () -> check(name, flag))));
    }

    private static void check(String mode, Flag flag) throws BadFlag {
        String value =
                switch (flag) {
                    case Flag.Text _ -> "-odd value=";
                    case Flag.Uint _ -> "3";
                    case Flag.TimeSpan _ -> "1h30m";
                    case Flag.Switch _ -> "true";
                };
        for (String dashes : new String[] {"-", "--"}) {
            String name = dashes + flag.name();
            assertThat(parsed(mode, flag, name + "=" + value)).isEqualTo(valueOf(flag, value));
            if (flag instanceof Flag.Switch) {
                assertThat(parsed(mode, flag, name)).isEqualTo("true");
                assertThat(parsed(mode, flag, name, name + "=false")).isEqualTo("false");
            } else {
                assertThat(parsed(mode, flag, name, value)).isEqualTo(valueOf(flag, value));
                assertThatThrownBy(() -> parsed(mode, flag, name))
                        .hasMessage("flag needs an argument: -" + flag.name());
            }
        }
    }

    private static String valueOf(Flag flag, String text) {
        return flag instanceof Flag.TimeSpan ? Duration.ofMinutes(90).toString() : text;
    }

    private static String parsed(String mode, Flag like, String... words) throws BadFlag {
        GoFlags flags = mode(mode).flags();
        assertThat(flags.parse(List.of(words))).isEqualTo(words.length);
        return flags.all().stream()
                .filter(flag -> flag.name().equals(like.name()))
                .map(GoFlagsTest::text)
                .findFirst()
                .orElseThrow();
    }

    private static String text(Flag flag) {
        return switch (flag) {
            case Flag.Text text -> text.value();
            case Flag.Uint number -> Long.toUnsignedString(number.value());
            case Flag.TimeSpan span -> span.value().toString();
            case Flag.Switch set -> Boolean.toString(set.isSet());
        };
    }

    private static Mode mode(String name) {
        Mode mode = ModeTable.create(name, new ToolRun(Path.of("")).world());
        if (mode == null) {
            throw new IllegalArgumentException(name);
        }
        return mode;
    }

    private static final String[] WORDS = {
        "-name",
        "--name",
        "-name=",
        "--name=x",
        "-name=-b",
        "--name=a=b",
        "-b",
        "--b",
        "-b=false",
        "-b=maybe",
        "-b=",
        "-n",
        "--n",
        "5",
        "-n=x",
        "-n=7",
        "-d",
        "-d=1h",
        "--d=soon",
        "--",
        "-",
        "",
        "---x",
        "-=",
        "--=x",
        "x",
        "-h",
        "--help",
        "-help=1",
        "-nosuch",
        "--nosuch=1",
        "@x",
        "a=b",
        "true",
        "sign",
        "'x'",
        "-nam",
        "-B",
        "-bn",
        "-n5",
        "${sys:user.home}",
        "%n"
    };

    @Test
    void readsAnyWordsAsGoDoes() {
        Random random = new Random(17);
        for (int i = 0; i < 3000; i++) {
            List<String> words = new ArrayList<>();
            for (int count = random.nextInt(6); count >= 0; count--) {
                words.add(WORDS[random.nextInt(WORDS.length)]);
            }
            assertThat(ours(words, false)).as("%s", words).isEqualTo(naive(words));
            assertThat(ours(words, true)).as("parsed %s", words).isEqualTo(naive(words));
        }
    }

    /**
     * @param byParser whether also plain lines go to picocli
     */
    private static String ours(List<String> words, boolean byParser) {
        GoFlags flags = new GoFlags();
        Flag.Text name = flags.text("name", "", "a name");
        Flag.Uint number = flags.uint("n", 0, "a number");
        Flag.TimeSpan span = flags.duration("d", Duration.ZERO, "a time");
        Flag.Switch set = flags.flag("b", "a switch");
        String end;
        try {
            int read = byParser ? WordReader.parse(flags.byName(), words) : flags.parse(words);
            end = Integer.toString(read);
        } catch (BadFlag e) {
            end = String.valueOf(e.getMessage());
        }
        return "%s %d %s %s: %s"
                .formatted(name.value(), number.value(), span.value(), set.isSet(), end);
    }

    /** Go's flag.FlagSet.parseOne, word for word; values by the flags themselves. */
    private static String naive(List<String> words) {
        Flag.Text name = new Flag.Text("name", "", "");
        Flag.Uint number = new Flag.Uint("n", 0, "");
        Flag.TimeSpan span = new Flag.TimeSpan("d", Duration.ZERO, "");
        Flag.Switch set = new Flag.Switch("b", "");
        String end = naiveEnd(words, List.of(name, number, span, set));
        return "%s %d %s %s: %s"
                .formatted(name.value(), number.value(), span.value(), set.isSet(), end);
    }

    private static String naiveEnd(List<String> words, List<Flag> flags) {
        int at = 0;
        while (at < words.size()) {
            String word = words.get(at);
            if (word.length() < 2 || !word.startsWith("-")) {
                return "" + at;
            }
            at++;
            if (word.equals("--")) {
                return "" + at;
            }
            String rest = word.replaceFirst("^--?", "");
            if (rest.startsWith("-") || rest.startsWith("=")) {
                return "bad flag syntax: " + word;
            }
            int equals = rest.indexOf('=');
            String spelt = equals < 0 ? rest : rest.substring(0, equals);
            Flag flag = flags.stream().filter(f -> f.name().equals(spelt)).findFirst().orElse(null);
            if (flag == null) {
                boolean help = spelt.equals("h") || spelt.equals("help");
                return help ? "" + GoFlags.HELP : "flag provided but not defined: -" + spelt;
            }
            String value = equals < 0 ? null : rest.substring(equals + 1);
            if (value == null && flag instanceof Flag.Switch) {
                value = "true";
            }
            if (value == null && at == words.size()) {
                return "flag needs an argument: -" + spelt;
            }
            try {
                flag.set(value == null ? words.get(at++) : value);
            } catch (BadFlag e) {
                return String.valueOf(e.getMessage());
            }
        }
        return "" + at;
    }
}
