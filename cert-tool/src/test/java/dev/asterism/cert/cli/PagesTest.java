package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every {@code asterism-cert} command of docs/certificates.md, docs/revocation.md and docs/kubernetes.md, in order and
 * each page in a folder of its own, as the page finds it. scripts/pages.py has the list.
 */
class PagesTest {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)( \\S+)?\\n(.*?)^```$");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

    /** Two GiB of Argon2id are another test's. */
    private static final List<String> CHEAP =
            List.of("-argon-memory", "64", "-argon-parallelism", "1");

    @TempDir Path folder;

    private ToolRun tool;

    @BeforeEach
    void begin() {
        tool = new ToolRun(folder);
    }

    /** The words of each command, without those of the shell; what is for another program is not this test's. */
    private List<List<String>> commands(String page) throws IOException {
        List<List<String>> found = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(DOCS.resolve(page)));
        while (block.find()) {
            if (!block.group(1).equals("sh")) {
                continue;
            }
            for (String line : block.group(3).replace("\\\n", " ").lines().toList()) {
                String text = line.replaceFirst("\\s+# .*$", "").strip();
                if (text.startsWith("asterism-cert ")) {
                    found.add(words(text.substring("asterism-cert ".length())));
                }
            }
        }
        return found;
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(text);
        while (word.find()) {
            String quoted = word.group(1) == null ? word.group(2) : word.group(1);
            words.add(quoted == null ? word.group(3) : quoted);
        }
        return words;
    }

    private void runAll(String page, int count) throws IOException {
        List<List<String>> commands = commands(page);
        assertThat(commands).as(page).hasSize(count);
        for (List<String> command : commands) {
            List<String> words = new ArrayList<>(command);
            String last = words.getLast();
            boolean toFile = last.startsWith(">");
            if (toFile) {
                words.removeLast();
            }
            if (words.contains("-encrypt")) {
                words.addAll(CHEAP);
            }
            ToolRun.Result result = tool.run(words.toArray(String[]::new));
            assertThat(result.exit()).as("%s: %s: %s", page, command, result.stderr()).isZero();
            if (toFile) {
                Files.writeString(folder.resolve(last.substring(1)), result.text());
            }
        }
    }

    @Test
    void certificates() throws IOException {
        Matcher inventory = BLOCK.matcher(Files.readString(DOCS.resolve("certificates.md")));
        while (inventory.find()) {
            if (inventory.group(2) != null) {
                Files.writeString(folder.resolve(inventory.group(2).strip()), inventory.group(3));
            }
        }
        // The laptop of the inventory has made its request before.
        tool.ok("csr", "-name", "laptop", "-networks", "10.42.0.4/16");
        tool.knowing("a long passphrase");

        runAll("certificates.md", 11);

        assertThat(folder.resolve("hosts/web1.crt")).exists();
        assertThat(folder.resolve("web2.crt")).exists();
        assertThat(folder.resolve("ca.blocklist.yml")).exists();
    }

    @Test
    void revocation() throws IOException {
        tool.ok("ca", "-name", "My mesh");
        tool.ok("audit", "-begin");
        tool.ok("sign", "-name", "laptop7", "-networks", "10.42.0.7/16");
        tool.ok("sign", "-name", "laptop8", "-networks", "10.42.0.8/16");

        runAll("revocation.md", 7);

        assertThat(folder.resolve("bundle-1.3.pem")).exists();
    }

    @Test
    void kubernetes() throws IOException {
        tool.ok("ca", "-name", "My mesh");

        runAll("kubernetes.md", 3);

        assertThat(folder.resolve("lighthouse.crt")).exists();
        assertThat(folder.resolve("node.key")).exists();
        assertThat(Files.readString(folder.resolve("worker-1"))).startsWith("asterism-");
    }
}
