package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.asterism.cert.cli.ToolRun.Result;
import dev.asterism.overlay.cert.Argon2Settings;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.EncryptedKey;
import dev.asterism.overlay.cert.SigningKey;
import dev.asterism.overlay.io.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted CA keys: every step of the vectors, passphrases, and files that want too much. */
class EncryptedCaKeyTest {

    private static final String FOLDER = "nebula-cert-1.12.0";
    private static final String PASSPHRASE = "correct horse battery staple";

    @TempDir Path directory;

    private ToolRun tool = new ToolRun(Path.of(""));

    @BeforeEach
    void enterDirectory() {
        tool = new ToolRun(directory);
    }

    @Test
    void derivesAndOpensAsTheVectorsSay() throws Exception {
        int checked = 0;
        for (JsonNode vector : vectors()) {
            EncryptedKey key = EncryptedKey.read(vector.get("pem").asText());
            assertThat(key.settings().memoryKib()).isEqualTo(vector.get("memoryKiB").asLong());
            assertThat(key.settings().iterations()).isEqualTo(vector.get("iterations").asLong());
            assertThat(key.settings().parallelism()).isEqualTo(vector.get("parallelism").asInt());
            assertThat(key.settings().salt().hex()).isEqualTo(vector.get("salt").asText());

            byte[] derived =
                    Argon2id.derive(utf8(vector.get("passphrase").asText()), key.settings());
            SigningKey opened = key.open(derived);

            assertThat(Bytes.owning(derived).hex()).isEqualTo(vector.get("derivedKey").asText());
            assertThat(Bytes.owning(opened.copyStored()).hex())
                    .isEqualTo(vector.get("plaintext").asText());
            assertThat(sealedWith(vector.get("nonce").asText(), opened, key, derived))
                    .isEqualTo(vector.get("pem").asText());
            checked++;
        }
        assertThat(checked).isEqualTo(3);
    }

    private static String sealedWith(
            String nonce, SigningKey opened, EncryptedKey key, byte[] derived) {
        return EncryptedKey.seal(
                opened,
                key.settings(),
                derived,
                into -> System.arraycopy(Bytes.ofHex(nonce).toArray(), 0, into, 0, into.length));
    }

    @Test
    void anotherProcessDerivesTheSameKey() throws ToolException {
        Argon2Settings settings = settings(4096, 2);
        byte[] passphrase = utf8(PASSPHRASE);

        byte[] elsewhere =
                new KeyDerivation("", 0, () -> Long.MAX_VALUE).derive(passphrase, settings);

        assertThat(elsewhere).isEqualTo(Argon2id.derive(passphrase, settings));
    }

    @Test
    void saysHowMuchMemoryIsMissing() {
        KeyDerivation derivation = new KeyDerivation("prefix: ", 1 << 20, () -> 100L << 20);

        assertThatThrownBy(() -> derivation.derive(utf8("x"), settings(2_097_152, 1)))
                .isInstanceOf(ToolException.class)
                .hasMessageStartingWith(
                        "prefix: Argon2 with 2097152 KiB of memory needs 2257 MiB, and only 100 MiB")
                .hasMessageContaining("-argon-memory 65536");
    }

    @Test
    void readsWhatTheKernelSaysOfMemory() {
        assertThat(
                        KeyDerivation.freeBytes(
                                List.of(
                                        "MemTotal:  9 kB",
                                        "MemAvailable:    2048 kB",
                                        "SwapFree:  4 kB")))
                .isEqualTo(2052 * 1024);
        assertThat(KeyDerivation.freeBytes(List.of("MemTotal: 1 kB"))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void makesAndOpensKeysOfBothCurvesWithATypedPassphrase() {
        for (String curve : new String[] {"25519", "P256"}) {
            String key = curve + ".key";
            Result made = tool.typing("", "s3crét").run(ca(curve, key));

            assertThat(made.stderr()).isEqualTo("Enter passphrase: Enter passphrase: ");
            assertThat(made.exit()).isZero();
            assertThat(tool.file(key)).contains("ENCRYPTED PRIVATE KEY");
            assertThat(tool.typing("s3crét").run(sign(curve)).exit()).isZero();
            assertThat(tool.knowing("s3cret").run(sign(curve)).stderr())
                    .isEqualTo(
                            "Error: error while parsing encrypted ca-key: invalid passphrase or corrupt"
                                    + " private key\n");
            tool.knowing("");
        }
    }

    private static String[] ca(String curve, String key) {
        return new String[] {
            "ca",
            "-name",
            "x",
            "-curve",
            curve,
            "-out-key",
            key,
            "-out-crt",
            curve + ".crt",
            "-encrypt",
            "-argon-memory",
            "64",
            "-argon-parallelism",
            "1"
        };
    }

    private static String[] sign(String curve) {
        return new String[] {
            "sign",
            "-ca-key",
            curve + ".key",
            "-ca-crt",
            curve + ".crt",
            "-name",
            curve + "h",
            "-networks",
            "10.0.0.1/8"
        };
    }

    @Test
    void asksFiveTimes() {
        Result made = tool.typing().run(ca("25519", "25519.key"));

        assertThat(made.stderr())
                .isEqualTo(
                        "Enter passphrase: ".repeat(5)
                                + "Error: no passphrase specified, remove -encrypt flag to write out-key"
                                + " in plaintext\n");
        tool.with(FOLDER, "ca-enc-25519.key", "ca-enc-25519.crt");
        assertThat(tool.run(sign("ca-enc-25519")).stderr())
                .endsWith("Error: cannot open encrypted ca-key without passphrase\n");
        assertThat(directory.resolve("25519.key")).doesNotExist();
    }

    @Test
    void refusesAbsurdSettingsBeforeAnybodyTypes() throws IOException {
        assertThat(encrypted("-argon-memory=4294967295").stderr())
                .isEqualTo(
                        "Error: error while encrypting out-key: Argon2 would need 4294967295 KiB of"
                                + " memory, and this program allows at most 16777216 KiB; to encrypt a key"
                                + " with less, use for example -argon-memory 65536 -argon-iterations 3\n");
        assertThat(encrypted("-argon-iterations=4294967295").stderr())
                .contains(
                        "4294967295 iterations over 2097152 KiB",
                        "at most 64 iterations over that much");

        String good = resource("ca-enc-25519.key");
        // Memory 64, iterations 1 and parallelism 1 of the file, as field number and value.
        assertThat(signedWith(replaced(good, "1040", "10ffffffff0f")).stderr())
                .contains("4294967295 KiB of memory, and this program allows at most");
        assertThat(signedWith(replaced(good, "1801", "18ffffffff0f")).stderr())
                .contains(
                        "4294967295 iterations over 64 KiB of memory, and this program allows at most");
        assertThat(signedWith(replaced(good, "2001", "208002")).stderr())
                .contains("Parallelism must be be greater than 0 and no more than 255");
        assertThat(signedWith(replaced(good, "0813", "0810")).stderr())
                .contains("incompatible Argon2 version: 16");
    }

    private Result encrypted(String flag) {
        return tool.run("ca", "-name", "x", "-encrypt", flag);
    }

    /** Grows the messages around by what the number grows; all are shorter than 128 bytes. */
    private static byte[] replaced(String pem, String from, String to) {
        String hex = Bytes.owning(body(pem)).hex();
        int at = hex.indexOf(from, hex.indexOf("122a08"));
        int more = (to.length() - from.length()) / 2;
        String changed = hex.substring(0, at) + to + hex.substring(at + from.length());
        byte[] content = Bytes.ofHex(changed).toArray();
        content[1] += (byte) more;
        content[2 + 2 + 11 + 1] += (byte) more;
        return content;
    }

    @Test
    void refusesEveryCutFile() throws IOException, CertificateException {
        byte[] whole = body(resource("ca-enc-25519.key"));
        for (int length = 0; length < whole.length; length++) {
            String text = pem(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> EncryptedKey.read(text))
                    .as("%d bytes", length)
                    .isInstanceOf(CertificateException.class);
        }
        assertThat(EncryptedKey.read(pem(whole)).settings().memoryKib()).isEqualTo(64);
        assertThat(signedWith(Arrays.copyOf(whole, 40)).stderr())
                .startsWith("Error: error while parsing encrypted ca-key: ");
    }

    @Test
    void survivesEveryChangedByte() throws IOException {
        Random random = new Random(11);
        byte[] whole = body(resource("ca-enc-25519.key"));
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= (byte) (1 + random.nextInt(255));
            try {
                EncryptedKey key = EncryptedKey.read(pem(changed));
                assertThatThrownBy(() -> key.open(new byte[32]))
                        .isInstanceOf(CertificateException.class);
            } catch (CertificateException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }

    private Result signedWith(byte[] content) throws IOException {
        Files.writeString(directory.resolve("cut.key"), pem(content));
        return tool.knowing("").run(sign("cut"));
    }

    private static String pem(byte[] content) {
        String label = "NEBULA ED25519 ENCRYPTED PRIVATE KEY-----\n";
        return "-----BEGIN "
                + label
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END "
                + label;
    }

    private static byte[] body(String pem) {
        return Base64.getMimeDecoder().decode(pem.replaceAll("-----.*-----", ""));
    }

    private static Argon2Settings settings(long memoryKib, long iterations) {
        return new Argon2Settings(memoryKib, iterations, 2, Bytes.owning(new byte[16]));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String resource(String name) throws IOException {
        try (InputStream in =
                EncryptedCaKeyTest.class.getResourceAsStream("/" + FOLDER + "/" + name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static JsonNode vectors() throws IOException {
        return new ObjectMapper().readTree(resource("encrypted-keys.json")).get("keys");
    }
}
