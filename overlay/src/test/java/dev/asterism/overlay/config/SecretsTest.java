package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A private key is never shown, wherever in a file it was pasted. */
class SecretsTest {

    /** The base64 form of 32 bytes, as {@code keygen} writes an X25519 key. */
    private static final String BODY = "jYd9Qm4tqUoQZ0cWl5p1xB7uE2vR8sTgHnKfAaLiD3k=";

    private static final String PEM =
            "-----BEGIN NEBULA X25519 PRIVATE KEY-----\\n"
                    + BODY
                    + "\\n-----END NEBULA X25519 PRIVATE KEY-----\\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"%s\": 1",
                "pki: {ca: a, cert: b, key: {\"%s\": 1}}",
                "pki: {ca: a, cert: b, key: c, \"%s\": 1}",
                "pki: {ca: a, cert: b, key: [\"%s\"]}",
                "listen: {port: \"%s\"}",
                "listen: {\"%s\": 1, \"%s\": 2}",
                "cipher: \"%s\"",
                "lighthouse: {hosts: \"%s\"}",
                "lighthouse: {hosts: [\"%s\"]}",
                "lighthouse: {remote_allow_list: {\"%s\": true}}",
                "static_host_map: {\"%s\": \"a:1\"}",
                "static_host_map: {10.42.0.1: \"%s\"}",
                "pki: {ca: a, cert: b, key: c, blocklist: [\"%s\"]}",
                "firewall: {inbound: [{port: \"%s\", proto: tcp, host: any}]}",
                "tun: {unsafe_routes: [{route: 1.0.0.0/8, via: \"%s\"}]}"
            })
    void noDiagnosticRepeatsAKey(String yaml) {
        for (String key : List.of(PEM, BODY)) {
            String text = yaml.replace("%s", key);
            String file = text.startsWith("pki") ? text : Configs.PKI + text;
            for (Strictness strictness : Strictness.values()) {
                assertThat(texts(Configs.outcome(file, strictness)))
                        .isNotEmpty()
                        .allSatisfy(line -> assertThat(line).doesNotContain(BODY.substring(0, 30)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pki: {ca: a, cert: b, key: \"%s\"}",
                "pki: {ca: a, cert: b, key: {\"%s\": 1}}",
                "pki: {ca: a, cert: b, key: c}\ntun: {dev: {\"%s\": 1}}",
                "pki: {ca: a, cert: b, key: c}\nfirewall: {inbound: [{port: 1, proto: tcp, host: \"%s\"}]}",
                "pki: {ca: a, cert: b, key: c}\n\"%s\": 1"
            })
    void noPrintedConfigurationRepeatsAKey(String yaml) {
        for (String key : List.of(PEM, BODY)) {
            if (Configs.outcome(yaml.replace("%s", key), Strictness.REPORT)
                    instanceof ConfigOutcome.Loaded loaded) {
                assertThat(ConfigPrinter.print(loaded)).doesNotContain(BODY.substring(0, 30));
            }
        }
    }

    @Test
    void saysThatSomethingIsHidden() {
        assertThat(Configs.problems("\"" + PEM + "\": 1"))
                .containsExactly("c.yml:2:1: unknown key (hidden)");
        assertThat(Secrets.hide("a -----BEGIN NEBULA CERTIFICATE-----\n" + BODY + " b"))
                .as("no end")
                .isEqualTo("a (hidden)");
        assertThat(Secrets.hide("-----BEGIN NEBULA CERTIFICATE-----\n" + PEM))
                .as("the end of another block")
                .doesNotContain(BODY);
        assertThat(Secrets.hide("pkcs11:token=a;object=b?pin-value=1234&x=y"))
                .isEqualTo("pkcs11:token=a;object=b?(hidden)&x=y");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB",
                "entry 1 \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdez\"",
                "unable to read pki.key file /home/Alice/projects/mesh/deploy/keys/hosts/node: gone",
                "unable to read /opt/MyCompanyPlatformServices/AsterismConfiguration: gone",
                "lighthouse.calculated_remotes.10.42.0.0/16[0].port",
                "-----BEGIN NEBULA CERTIFICATE-----\n"
                        + BODY
                        + BODY
                        + "\n-----END NEBULA CERTIFICATE-----\n",
                "Nebula, lighthouse functionality will work but layer 3 network traffic will not"
            })
    void leavesOtherTextsAlone(String text) {
        assertThat(Secrets.hide(text)).isEqualTo(text);
    }

    private static List<String> texts(ConfigOutcome outcome) {
        List<Diagnostic> problems =
                outcome instanceof ConfigOutcome.Refused refused ? refused.problems() : List.of();
        return Stream.concat(problems.stream(), outcome.notices().stream())
                .map(Diagnostic::toString)
                .toList();
    }
}
