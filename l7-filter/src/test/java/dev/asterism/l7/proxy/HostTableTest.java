package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.http.Ascii;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostTableTest {

    private final HostTable<String> hosts =
            new HostTable<>(
                    Map.of(
                            "orders.mesh",
                            "a name",
                            "*.example.com",
                            "a suffix",
                            "*.eu.example.com",
                            "a longer suffix",
                            "shop.eu.example.com",
                            "a name below suffixes"));

    private @Nullable String find(String host) {
        byte[] text = Ascii.bytes(host + "#"); // the name ends before the array does
        return hosts.find(text, host.length());
    }

    @ParameterizedTest
    @CsvSource({
        "orders.mesh, a name",
        "www.example.com, a suffix",
        "a.b.example.com, a suffix",
        "www.eu.example.com, a longer suffix",
        "shop.eu.example.com, a name below suffixes",
        "www.shop.eu.example.com, a longer suffix",
        "eu.example.com, a suffix"
    })
    void aWholeNameGoesBeforeASuffixAndALongerSuffixBeforeAShorterOne(String host, String found) {
        assertThat(find(host)).isEqualTo(found);
    }

    @ParameterizedTest
    @CsvSource({
        "example.com",
        ".example.com",
        "xexample.com",
        "example.com.",
        "www.example.org",
        "www.orders.mesh",
        "''"
    })
    void aSuffixNeedsALabelInFrontOfItAndNothingBehindIt(String host) {
        assertThat(find(host)).isNull();
    }

    @Test
    void withoutSuffixesThereAreNone() {
        HostTable<String> names = new HostTable<>(Map.of("orders", "a name"));
        byte[] text = Ascii.bytes("www.orders");

        assertThat(names.find(text, text.length)).isNull();
    }
}
