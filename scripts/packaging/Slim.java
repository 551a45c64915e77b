import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Copies a jar without the entries that a pattern matches and that another does not: the native libraries of other
 * platforms. All times are the same, so that equal input gives equal bytes. Arguments: jar, copy, pattern of what is left out,
 * pattern of what stays nevertheless, seconds since 1970. A signed jar is refused, as its signature would no longer hold.
 */
final class Slim {

    private Slim() {}

    public static void main(String[] args) throws IOException {
        Pattern out = Pattern.compile(args[2]);
        Pattern stays = Pattern.compile(args[3]);
        long millis = Long.parseLong(args[4]) * 1_000;
        int left = 0;
        try (ZipFile jar = new ZipFile(args[0]);
                OutputStream file = Files.newOutputStream(Path.of(args[1]));
                ZipOutputStream copy = new ZipOutputStream(file)) {
            copy.setLevel(Deflater.BEST_COMPRESSION);
            List<? extends ZipEntry> entries = jar.stream().toList();
            for (ZipEntry entry : entries) {
                String name = entry.getName();
                if (name.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)")) {
                    throw new IOException(args[0] + " is signed");
                }
                if (out.matcher(name).find() && !stays.matcher(name).find()) {
                    left++;
                    continue;
                }
                ZipEntry same = new ZipEntry(name);
                same.setTime(millis);
                copy.putNextEntry(same);
                if (!entry.isDirectory()) {
                    jar.getInputStream(entry).transferTo(copy);
                }
                copy.closeEntry();
            }
        }
        if (left == 0) {
            throw new IOException(args[0] + " has nothing that " + args[2] + " matches: is the pattern out of date?");
        }
    }
}
