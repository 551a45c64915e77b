package dev.asterism.agent.l7;

import dev.asterism.agent.file.BoundedFile;
import dev.asterism.l7.foreign.ForeignFiles;
import dev.asterism.l7.foreign.ForeignFiles.Kinds;
import dev.asterism.l7.foreign.ForeignFiles.Known;
import dev.asterism.l7.foreign.ForeignFiles.Translation;
import dev.asterism.overlay.config.ConfigNode.Entry;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigText;
import dev.asterism.overlay.config.Section;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The files that {@code l7.include} names: routes of the Gateway API. They become part of {@code l7.services} before
 * that is read, each line at its own place; what cannot be done refuses the configuration.
 */
final class IncludedRoutes {

    static final String KEY = "include";

    private static final String YAML = "*.{yml,yaml}";
    private static final int MOST_FILES = 200;
    private static final int MOST_CHARACTERS = 8 * 1024 * 1024;

    private final Section section;
    private final Set<Path> files = new LinkedHashSet<>();
    private final List<ConfigText> texts = new ArrayList<>();
    private int characters;

    private IncludedRoutes(Section section) {
        this.section = section;
    }

    /** The section with the routes of its files; with what is wrong, it is told. */
    static Section addTo(Section section) {
        return new IncludedRoutes(section).read();
    }

    private Section read() {
        List<String> words = section.words(KEY);
        for (int i = 0; i < words.size(); i++) {
            try {
                find(words.get(i), i);
            } catch (IOException e) {
                String reason = BoundedFile.reason(e);
                section.error(KEY, i, "%s: %s".formatted(words.get(i), reason), "");
            }
        }
        Translation read =
                ForeignFiles.translate(List.copyOf(texts), Kinds.GATEWAY_API, new Configured());
        read.problems().forEach(section::tell);
        read.refused().forEach(section::tell);
        read.notes().forEach(section::tellNotice);
        if (read.services().entries().isEmpty()) {
            return section;
        }
        MapNode services = read.services();
        Entry entry = new Entry(services.position(), services);
        return section.adding(new MapNode(services.position(), Map.of("services", entry)));
    }

    private void find(String word, int item) throws IOException {
        List<Path> found = found(word, item);
        if (found.isEmpty()) {
            throw new IOException("there is no such file");
        }
        for (Path file : found) {
            if (files.size() == MOST_FILES) {
                throw new IOException("more than " + MOST_FILES + " files are included");
            }
            if (files.add(file.toRealPath())) {
                add(file);
            }
        }
    }

    private void add(Path file) throws IOException {
        String text;
        try {
            text = BoundedFile.read(file);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read: " + BoundedFile.reason(e), e);
        }
        characters += text.length();
        if (characters > MOST_CHARACTERS) {
            throw new IOException("the included files are longer than 8 MiB together");
        }
        texts.add(new ConfigText(file.toString(), text));
    }

    /** A file, what a folder holds, or what a pattern in the last part of the path fits. */
    private List<Path> found(String word, int item) throws IOException {
        Path path;
        try {
            path = base(item).resolve(word).normalize();
        } catch (InvalidPathException e) {
            throw new IOException("no path: " + e.getReason(), e);
        }
        if (Files.isDirectory(path)) {
            return list(path, YAML);
        }
        if (Files.exists(path)) {
            return List.of(path);
        }
        Path name = path.getFileName();
        Path folder = path.getParent();
        return name == null || folder == null || !Files.isDirectory(folder)
                ? List.of()
                : list(folder, name.toString());
    }

    private static List<Path> list(Path folder, String pattern) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> names = Files.newDirectoryStream(folder, pattern)) {
            for (Path file : names) {
                if (!Files.isDirectory(file)) {
                    found.add(file);
                }
                if (found.size() > MOST_FILES) {
                    break;
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (PatternSyntaxException e) {
            throw new IOException("no pattern: " + e.getDescription(), e);
        }
        found.sort((a, b) -> Arrays.compareUnsigned(bytes(a), bytes(b)));
        return found;
    }

    private static byte[] bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The folder of the file in which the item stands. */
    private Path base(int item) {
        Path file = Path.of(section.position(KEY, item).file()).toAbsolutePath();
        Path folder = file.getParent();
        return folder == null ? file : folder;
    }

    /** What the configuration has under {@code services}. */
    private final class Configured implements Known {

        private final Map<String, Section> services = section.named("services");

        @Override
        public int portOf(String service) {
            String port = written(services.get(service));
            return port != null && port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0;
        }

        private static @Nullable String written(@Nullable Section service) {
            return service == null ? null : service.written("port");
        }

        @Override
        public boolean hasPool(String service, String pool) {
            Section written = services.get(service);
            return written != null && written.named("pools").containsKey(pool);
        }
    }
}
