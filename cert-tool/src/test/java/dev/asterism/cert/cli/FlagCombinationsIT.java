package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.io.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Round trips between this tool and a real nebula-cert over the flags that both have ({@link FlagChoice}): each may
 * make the CA, the key and the host's certificate. Both must print the same JSON and text, which must say what the
 * flags said; both must accept it with its CA and refuse it with another; the private key must be that of the
 * certificate; an encrypted CA key of the one must open for the other; a QR code must hold the file. What the rules
 * forbid, both must refuse in the same words.
 *
 * <p>Combinations are generated. {@code -Dasterism.cert.combinations=all} takes each one of the first spellings (some
 * 20,000, half an hour), a number takes so many rows that any so many choices that go together meet; 2 by default.
 */
class FlagCombinationsIT {

    private static final String DEPTH = System.getProperty("asterism.cert.combinations", "2");
    private static final String PASSPHRASE = "s3crét";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path directory;

    private RealTool real = new RealTool(Path.of(""), Path.of(""), "");
    private ToolRun ours = new ToolRun(Path.of(""));
    private Set<String> known = Set.of();
    private final Map<List<String>, String> authorities = new HashMap<>();
    private int made;

    /** Where a nebula-cert comes from. */
    enum Release {
        INSTALLED,
        NEBULA_1_11,
        NEBULA_1_12;

        Path program() {
            return this == INSTALLED ? RealTool.installed() : RealTool.named(name());
        }
    }

    private void use(Release release) throws IOException, InterruptedException {
        real = new RealTool(release.program(), directory, PASSPHRASE);
        ours = new ToolRun(directory).live().knowing(PASSPHRASE);
        known = real.flags("ca");
    }

    @ParameterizedTest
    @EnumSource(Release.class)
    void whatOneMakesTheOtherReads(Release release) throws Exception {
        use(release);
        boolean isAll = DEPTH.equals("all");
        Map<FlagChoice, List<String>> choices = choices(List.of(FlagChoice.values()), isAll);
        Combinations granted =
                combinations(choices, row -> !row.isCaRefused() && !row.isHostRefused());
        List<int[]> rows = isAll ? granted.all() : granted.covering(Integer.parseInt(DEPTH));
        Set<String> used = new HashSet<>();

        for (int[] numbers : rows) {
            FlagRow row = new FlagRow(choices, numbers);
            assertRoundTrip(row);
            choices.keySet().forEach(choice -> used.add(choice + row.get(choice)));
        }

        Set<String> all = new HashSet<>();
        choices.forEach((choice, words) -> words.forEach(word -> all.add(choice + word)));
        all.removeAll(
                Set.of(
                        FlagChoice.GROUPS + "-groups red,green",
                        FlagChoice.LIFE + "-duration 9000h"));
        assertThat(used).as("not one was left out").containsAll(all);
    }

    private Map<FlagChoice, List<String>> choices(List<FlagChoice> of, boolean core) {
        Map<FlagChoice, List<String>> choices = new EnumMap<>(FlagChoice.class);
        of.forEach(choice -> choices.put(choice, choice.choices(known, core)));
        return choices;
    }

    private static Combinations combinations(
            Map<FlagChoice, List<String>> choices, Predicate<FlagRow> isWanted) {
        return new Combinations(
                choices.values().stream().mapToInt(List::size).toArray(),
                row -> isWanted.test(new FlagRow(choices, row)));
    }

    private void assertRoundTrip(FlagRow row) throws Exception {
        String ca = authority(row);
        String host = "h" + made++;
        List<String> sign = signing(row, ca, host);
        boolean hasOwnKey = !row.get(FlagChoice.KEY_BY).equals("sign");
        if (hasOwnKey) {
            call(row.isTheirs(FlagChoice.KEY_BY), keygen(row, host));
            sign.addAll(List.of("-in-pub", host + ".pub"));
        } else {
            sign.addAll(List.of("-out-key", host + ".key"));
        }

        call(row.isTheirs(FlagChoice.SIGNED_BY), sign);

        JsonNode printed = printedByBoth(host + ".crt");
        assertSays(row, printed, ca);
        if (!row.get(FlagChoice.QR).isEmpty()) {
            assertPictured("code.png", host + ".crt");
        }
        assertThat(KeyPem.readPrivate(ours.file(host + ".key")).publicKey())
                .as("the key of %s", row)
                .isEqualTo(Bytes.ofHex(publicKey(printed)));
        bothVerify(ca, host, true);
        bothVerify(other(row), host, false);
        for (String ending : List.of(".crt", ".key", ".pub")) {
            Files.deleteIfExists(directory.resolve(host + ending));
        }
    }

    /** What the code of one tool says, and what both print for it. */
    private void assertPictured(String picture, String certificate) throws Exception {
        String pem = ours.file(certificate);
        Path file = directory.resolve(picture);
        assertThat(QrText.of(Files.readAllBytes(file))).isEqualTo(pem);
        Files.delete(file);
        List<String> print = List.of("print", "-path", certificate, "-out-qr", picture);
        for (boolean isTheirs : List.of(true, false)) {
            call(isTheirs, print);
            assertThat(QrText.of(Files.readAllBytes(file))).isEqualTo(pem);
            Files.delete(file);
        }
    }

    private List<String> signing(FlagRow row, String ca, String host) {
        List<String> sign = new ArrayList<>(List.of("sign", "-name", "host one"));
        sign.addAll(List.of("-ca-crt", ca + ".crt", "-ca-key", ca + ".key"));
        sign.addAll(List.of("-out-crt", host + ".crt"));
        sign.addAll(
                row.words(
                        FlagChoice.HOST_VERSION,
                        FlagChoice.GROUPS,
                        FlagChoice.NETWORKS,
                        FlagChoice.UNSAFE,
                        FlagChoice.LIFE,
                        FlagChoice.QR));
        return sign;
    }

    private static List<String> keygen(FlagRow row, String host) {
        List<String> keygen = new ArrayList<>(List.of("keygen"));
        keygen.addAll(row.words(FlagChoice.CURVE));
        keygen.addAll(List.of("-out-key", host + ".key", "-out-pub", host + ".pub"));
        return keygen;
    }

    /** Made once for each choice of who makes it and how; its name without ending. */
    private String authority(FlagRow row) throws Exception {
        List<String> flags = row.words(FlagChoice.OF_CA.toArray(FlagChoice[]::new));
        String before = authorities.get(flags);
        if (before != null) {
            return before;
        }
        String ca = "ca" + authorities.size();
        authorities.put(flags, ca);
        call(row.isTheirs(FlagChoice.CA_BY), making(row, ca));
        JsonNode printed = printedByBoth(ca + ".crt");
        assertPictured(ca + ".png", ca + ".crt");
        JsonNode details = details(printed);
        assertThat(details.get("isCa").booleanValue()).isTrue();
        assertThat(details.get("name").textValue()).isEqualTo("the root");
        assertThat(texts(details.get("groups"))).isEqualTo(row.groups(FlagChoice.CA_GROUPS));
        assertNetworks(details, "networks", row, FlagChoice.CA_NETWORKS);
        assertNetworks(details, "unsafeNetworks", row, FlagChoice.CA_UNSAFE);
        assertThat(seconds(details)).isEqualTo(row.caSeconds());
        assertThat(version(printed)).isEqualTo(row.caVersion());
        assertThat(ours.file(ca + ".key").contains("ENCRYPTED"))
                .isEqualTo(!row.get(FlagChoice.ENCRYPT).isEmpty());
        return ca;
    }

    private static List<String> making(FlagRow row, String ca) {
        List<String> words = new ArrayList<>(List.of("ca", "-name", "the root"));
        words.addAll(List.of("-out-crt", ca + ".crt", "-out-key", ca + ".key"));
        words.addAll(List.of("-out-qr", ca + ".png"));
        words.addAll(
                row.words(
                        FlagChoice.VERSION,
                        FlagChoice.CURVE,
                        FlagChoice.ENCRYPT,
                        FlagChoice.CA_GROUPS,
                        FlagChoice.CA_NETWORKS,
                        FlagChoice.CA_UNSAFE,
                        FlagChoice.CA_LIFE));
        return words;
    }

    /** A CA of the same kind that signed nothing. */
    private String other(FlagRow row) {
        String name = "other" + row.caVersion() + row.curve();
        if (!Files.exists(directory.resolve(name + ".crt"))) {
            List<String> words = new ArrayList<>(List.of("ca", "-name", "the root"));
            words.addAll(List.of("-out-crt", name + ".crt", "-out-key", name + ".key"));
            words.addAll(row.words(FlagChoice.VERSION, FlagChoice.CURVE));
            ours.ok(words.toArray(String[]::new));
        }
        return name;
    }

    private void assertSays(FlagRow row, JsonNode printed, String ca) throws Exception {
        JsonNode details = details(printed);
        String issuer =
                JSON.readTree(ours.ok("print", "-json", "-path", ca + ".crt"))
                        .get(0)
                        .get("fingerprint")
                        .textValue();
        assertThat(details.get("isCa").booleanValue()).isFalse();
        assertThat(details.get("name").textValue()).isEqualTo("host one");
        assertThat(details.get("issuer").textValue()).isEqualTo(issuer);
        assertThat(texts(details.get("groups"))).isEqualTo(row.groups(FlagChoice.GROUPS));
        assertNetworks(details, "networks", row, FlagChoice.NETWORKS);
        assertNetworks(details, "unsafeNetworks", row, FlagChoice.UNSAFE);
        assertThat(version(printed)).as("%s", row).isEqualTo(row.hostVersion());
        assertThat(curve(printed)).as("%s", row).isEqualTo(row.curve());
        if (row.hostSeconds() > 0) {
            assertThat(seconds(details)).isEqualTo(row.hostSeconds());
        } else {
            Instant end = ours.certificate(ca + ".crt").notAfter().minusSeconds(1);
            assertThat(Instant.parse(details.get("notAfter").textValue())).isEqualTo(end);
        }
    }

    private static void assertNetworks(
            JsonNode details, String field, FlagRow row, FlagChoice choice) {
        assertThat(texts(details.get(field)))
                .as("%s of %s", field, row)
                .containsExactlyInAnyOrderElementsOf(
                        row.networks(choice).stream().map(Object::toString).toList());
    }

    /** What ours prints, after it was found to be what theirs prints, as JSON and as text. */
    private JsonNode printedByBoth(String file) throws Exception {
        String json = ours.ok("print", "-json", "-path", file);
        String theirs = real.ok("print", "-json", "-path", file);
        JsonNode first = JSON.readTree(json).get(0);
        if (known.contains("version")) {
            assertThat(json).isEqualTo(theirs);
            assertThat(ours.ok("print", "-path", file)).isEqualTo(real.ok("print", "-path", file));
        } else {
            assertThat(asOfOld(first)).isEqualTo(JSON.readTree(theirs));
        }
        return first;
    }

    /** Releases before 1.10 have other names for networks, and no version and no curve. */
    private static JsonNode asOfOld(JsonNode printed) {
        ObjectNode old = printed.deepCopy();
        old.remove("version");
        ObjectNode details = (ObjectNode) old.get("details");
        details.remove("curve");
        details.set("ips", details.remove("networks"));
        details.set("subnets", details.remove("unsafeNetworks"));
        return old;
    }

    private static JsonNode details(JsonNode printed) {
        return printed.get("details");
    }

    private static int version(JsonNode printed) {
        return printed.get("version").intValue();
    }

    /** Where the version has it. */
    private static JsonNode either(JsonNode printed, String field) {
        return (version(printed) == 1 ? details(printed) : printed).get(field);
    }

    private static String curve(JsonNode printed) {
        return either(printed, "curve").textValue();
    }

    private static String publicKey(JsonNode printed) {
        return either(printed, "publicKey").textValue();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.textValue()));
        return texts;
    }

    private static long seconds(JsonNode details) {
        Function<String, Instant> time = field -> Instant.parse(details.get(field).textValue());
        return Duration.between(time.apply("notBefore"), time.apply("notAfter")).toSeconds();
    }

    private void bothVerify(String ca, String host, boolean accepted) throws Exception {
        String[] words = {"verify", "-ca", ca + ".crt", "-crt", host + ".crt"};
        assertThat(ours.run(words).exit() == 0).as("ours: %s", List.of(words)).isEqualTo(accepted);
        assertThat(real.run(words).exit() == 0)
                .as("theirs: %s", List.of(words))
                .isEqualTo(accepted);
    }

    private void call(boolean isTheirs, List<String> words) throws Exception {
        String[] all = words.toArray(String[]::new);
        if (isTheirs) {
            real.ok(forTheirs(words));
        } else {
            ours.ok(all);
        }
    }

    /** One that knows a single version has no flag for it. */
    private String[] forTheirs(List<String> words) {
        List<String> theirs = new ArrayList<>(words);
        int at = theirs.indexOf("-version");
        if (at >= 0 && !known.contains("version")) {
            theirs.subList(at, at + 2).clear();
        }
        return theirs.toArray(String[]::new);
    }

    @ParameterizedTest
    @EnumSource(Release.class)
    void whatOneRefusesTheOtherRefuses(Release release) throws Exception {
        use(release);
        Map<FlagChoice, List<String>> ofCa = choices(FlagChoice.OF_CA, false);
        for (int[] numbers : combinations(ofCa, FlagRow::isCaRefused).covering(2)) {
            FlagRow row = new FlagRow(ofCa, numbers);
            assertBothRefuse(row, making(row, "never"));
        }
        Map<FlagChoice, List<String>> all = choices(List.of(FlagChoice.values()), false);
        List<int[]> rows =
                combinations(all, row -> !row.isCaRefused() && row.isHostRefused()).covering(2);
        assertThat(rows).hasSizeGreaterThan(10);
        for (int[] numbers : rows) {
            FlagRow row = new FlagRow(all, numbers);
            List<String> sign = signing(row, authority(row), "never");
            sign.addAll(List.of("-out-key", "never.key"));
            assertBothRefuse(row, sign);
        }
        assertThat(directory.resolve("never.crt")).doesNotExist();
        assertThat(directory.resolve("never.key")).doesNotExist();
    }

    private void assertBothRefuse(FlagRow row, List<String> words) throws Exception {
        ToolRun.Result ofOurs = ours.run(words.toArray(String[]::new));
        ToolRun.Result ofTheirs = real.run(forTheirs(words));
        assertThat(ofOurs.exit()).as("ours: %s %s", row, words).isEqualTo(1);
        assertThat(ofTheirs.exit()).as("theirs: %s %s", row, words).isEqualTo(1);
        if (known.contains("version")) {
            // Theirs prints its whole usage behind it.
            assertThat(ofOurs.complaint())
                    .as("%s", row)
                    .isEqualTo(ofTheirs.stderr().lines().findFirst().orElse(""));
        }
    }

    /** As nebula itself reads files, which checks that key and certificate belong together. */
    @ParameterizedTest
    @CsvSource({
        "INSTALLED,1,25519",
        "NEBULA_1_11,1,25519",
        "NEBULA_1_11,1,P256",
        "NEBULA_1_11,2,25519",
        "NEBULA_1_11,2,P256",
        "NEBULA_1_12,1,25519",
        "NEBULA_1_12,1,P256",
        "NEBULA_1_12,2,25519",
        "NEBULA_1_12,2,P256"
    })
    void theirNodeTakesOurKeys(Release release, String version, String curve) throws Exception {
        use(release);
        ours.ok("ca", "-name", "root", "-version", version, "-curve", curve);
        ours.ok("sign", "-name", "made", "-networks", "10.42.0.2/16");
        ours.ok("keygen", "-curve", curve, "-out-key", "own.key", "-out-pub", "own.pub");
        real.ok("sign", "-name", "own", "-ip", "10.42.0.3/16", "-in-pub", "own.pub");

        for (String name : List.of("made", "own")) {
            ToolRun.Result fit = checked(name, name);
            assertThat(fit.exit()).as(fit.text() + fit.stderr()).isZero();
        }
        ToolRun.Result mixed = checked("made", "own");
        assertThat(mixed.exit()).isNotZero();
        assertThat(mixed.text() + mixed.stderr())
                .contains("private key is not a pair with public key");
    }

    private ToolRun.Result checked(String certificate, String key) throws Exception {
        ours.write(
                "node.yml",
                """
                pki: {ca: ca.crt, cert: %s.crt, key: %s.key}
                listen: {host: 127.0.0.1, port: 0}
                firewall: {outbound: [{port: any, proto: any, host: any}]}
                """
                        .formatted(certificate, key));
        return real.nebula("-test", "-config", "node.yml");
    }
}
