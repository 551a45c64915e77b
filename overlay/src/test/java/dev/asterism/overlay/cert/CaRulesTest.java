package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What a CA lets its hosts claim, by the verdicts of the real tool. */
class CaRulesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TestFactory
    Stream<DynamicTest> judgesAsNebulaCertDoes() {
        JsonNode file = VectorFile.read("rules.json");
        return StreamSupport.stream(file.get("cases").spliterator(), false)
                .map(c -> DynamicTest.dynamicTest(c.get("what").asText(), () -> check(file, c)));
    }

    private static void check(JsonNode file, JsonNode rule) throws CertificateException {
        String caPem = file.get("cas").get(rule.get("ca").asText()).get("pem").asText();
        CaPool pool = CaPool.read(caPem, Blocklist.EMPTY, NOW).pool();
        Certificate host = CertificatePem.readFirst(rule.get("pem").asText());

        String message =
                switch (pool.verify(host, NOW)) {
                    case Verification.Accepted _ -> "";
                    case Verification.Refused refused -> refused.message();
                };

        assertThat(message).isEqualTo(rule.get("message").asText());
        assertThat(message.isEmpty()).isEqualTo(rule.get("verdict").asText().equals("accept"));
        assertThat(signingMessage(pool.authorities().iterator().next(), host)).isEqualTo(message);
    }

    /** Signing applies the same limits. */
    private static String signingMessage(Certificate ca, Certificate host) {
        TestPki twin = TestPki.limited(3, ca.version(), ca.subject());
        try {
            twin.sign(host.version(), host.subject());
            return "";
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getCause() == null ? null : e.getCause().getMessage());
        }
    }

    @TestFactory
    Stream<DynamicTest> refusesForgedCertificates() {
        JsonNode cases = VectorFile.read("refuse.json").get("cases");
        return VectorFile.fields(cases).entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> checkForged(e.getValue())));
    }

    private static void checkForged(JsonNode forged) throws CertificateException {
        JsonNode ca = VectorFile.certificate(forged.get("against").asText());
        Certificate host = CertificatePem.readFirst(forged.get("pem").asText());
        Instant at = Instant.parse(forged.get("at").asText());
        CaPool pool = CaPool.read(ca.get("pem").asText(), Blocklist.EMPTY, at).pool();

        assertThat(pool.verify(host, at)).isInstanceOf(Verification.Refused.class);
    }

    @TestFactory
    Stream<DynamicTest> acceptsGenuineCertificates() {
        return VectorFile.certificates().keySet().stream()
                .filter(name -> !name.startsWith("ca-"))
                .map(name -> DynamicTest.dynamicTest(name, () -> checkGenuine(name)));
    }

    private static void checkGenuine(String name) throws CertificateException {
        Certificate host = read(VectorFile.certificate(name));
        List<Certificate> authorities = new ArrayList<>();
        for (var entry : VectorFile.certificates().entrySet()) {
            if (entry.getKey().startsWith("ca-")) {
                authorities.add(read(entry.getValue()));
            }
        }
        CaPool pool = CaPool.of(authorities, Blocklist.EMPTY, NOW).pool();

        assertThat(pool.verify(host, NOW)).isInstanceOf(Verification.Accepted.class);
    }

    private static Certificate read(JsonNode vector) throws CertificateException {
        return CertificatePem.readFirst(vector.get("pem").asText());
    }
}
