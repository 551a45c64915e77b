package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InterfacePatternTest {

    @ParameterizedTest
    @CsvSource({
        "docker.*, docker0, true",
        "docker.*, mydocker0, false",
        "eth[0-9], eth0, true",
        "eth[0-9], eth10, false",
        "(?i)ETH., eth0, true",
        "\\Qa.b\\E, a.b, true",
        "\\Qa.b\\E, axb, false",
        "en[[:alpha:]]+\\d, enp3, true",
        "a|b, ax, true",
        "(?:a|b), ax, false"
    })
    void matchesAsNebulaDoes(String expression, String name, boolean expected) {
        assertThat(InterfacePattern.compile(expression).matches(name)).isEqualTo(expected);
    }

    /** Words of Go's own library (recorded in starts-1.12.0.json for most). */
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "(?!lo).* 'invalid or unsupported Perl syntax: `(?!`'",
                "(a)\\1 'invalid escape sequence: `\\1`'",
                "[ 'missing closing ]: `[$`'",
                "a++ 'invalid nested repetition operator: `++`'",
                "a{1001} 'invalid repeat count: `{1001}`'",
                "(a{100}){100} 'invalid repeat count: `{100}`'",
                "((a{10}){10}){11} 'invalid repeat count: `{11}`'"
            })
    void refusesInGosWords(String expression, String complaint) {
        assertThatThrownBy(() -> InterfacePattern.compile(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("error parsing regexp: " + complaint);
    }

    /** None of them may cost memory or stack before it is refused. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "((((((a{1000}){1000}){1000}){1000}){1000}){1000}){1000}",
                "(abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
                        + "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz){1000}"
            })
    void refusesWhatWouldCompileToTooMuch(String expression) {
        assertThatThrownBy(() -> InterfacePattern.compile(expression))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> InterfacePattern.compile("(".repeat(5000) + ")".repeat(5000)))
                .hasMessage("error parsing regexp: expression nests too deeply");
        assertThatThrownBy(() -> InterfacePattern.compile("a".repeat(200_000)))
                .hasMessage("error parsing regexp: expression too large");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{]{1000}",
                "\\{{1000}",
                "[]a{9}]{1000}",
                "\\pL{1000}",
                "\\x{41}{1000}",
                "a{5}b{900}c{1000}"
            })
    void countsOnlyWhatNests(String expression) {
        assertThatCode(() -> InterfacePattern.compile(expression)).doesNotThrowAnyException();
    }

    /** The start of a node without such a rule does not pay for the library. */
    @Test
    void theLibraryIsLoadedOnlyForARule() throws Exception {
        try (URLClassLoader without = classesWithoutTheLibrary()) {
            Class<?> reader = without.loadClass(ConfigReader.class.getName());

            assertThatCode(() -> read(reader, "")).doesNotThrowAnyException();
            assertThatCode(() -> read(reader, "lighthouse: {local_allow_list: {10.0.0.0/8: true}}"))
                    .doesNotThrowAnyException();
            assertThatThrownBy(
                            () ->
                                    read(
                                            reader,
                                            "lighthouse: {local_allow_list: {interfaces: {a: true}}}"))
                    .hasRootCauseInstanceOf(ClassNotFoundException.class);
        }
    }

    private static void read(Class<?> reader, String yaml) throws ReflectiveOperationException {
        reader.getMethod("read", String.class, String.class)
                .invoke(null, "c.yml", Configs.PKI + yaml);
    }

    private static URLClassLoader classesWithoutTheLibrary() throws IOException {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (!entry.isEmpty() && !Path.of(entry).getFileName().toString().startsWith("re2j")) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }
}
