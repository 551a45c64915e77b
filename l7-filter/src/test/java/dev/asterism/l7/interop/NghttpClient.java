package dev.asterism.l7.interop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Two processes of nghttp for each call with a body: one prints it, the other one the frames. */
record NghttpClient(Path program) implements MatrixClient {

    private static final Pattern STATUS =
            Pattern.compile("recv \\(stream_id=\\d+[^)]*\\) :status: (\\d+)");
    private static final Pattern LENGTH =
            Pattern.compile("recv \\(stream_id=\\d+[^)]*\\) content-length: (\\d+)");
    private static final Pattern DATA = Pattern.compile("recv DATA frame <length=(\\d+)");

    @Override
    public String report(String base, Path body) {
        String sent = "--data=" + body;
        String head = frames("-H:method: HEAD", base + "/bytes");
        String cached = frames("-Hif-none-match: \"v1\"", base + "/cached");
        String kept = frames("-m" + KEPT, base + "/small");
        String last = frames(base + "/small");
        return String.join(
                "\n",
                "get " + status(frames(base + "/bytes")) + " " + hashed(base + "/bytes"),
                "post " + status(frames(sent, base + "/echo")) + " " + hashed(sent, base + "/echo"),
                "chunked "
                        + status(frames(sent, "--no-content-length", base + "/echo-chunked"))
                        + " "
                        + hashed(sent, "--no-content-length", base + "/echo-chunked"),
                "head " + status(head) + " " + all(LENGTH, head) + " " + bytes(head),
                "missing " + status(frames(base + "/missing")),
                "cached " + status(cached) + " " + bytes(cached),
                "keep "
                        + STATUS.matcher(kept)
                                .results()
                                .filter(found -> found.group(1).equals("200"))
                                .count()
                        + " over "
                        + UNTOLD,
                "close " + status(last) + " " + bytes(last));
    }

    private static String status(String frames) {
        return all(STATUS, frames);
    }

    private static String all(Pattern pattern, String frames) {
        Matcher found = pattern.matcher(frames);
        return found.results()
                .map(match -> match.group(1))
                .reduce((one, other) -> one + "," + other)
                .orElse(frames);
    }

    private static int bytes(String frames) {
        return DATA.matcher(frames)
                .results()
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .sum();
    }

    private String frames(String... arguments) {
        List<String> all = new ArrayList<>(List.of("-nv"));
        all.addAll(List.of(arguments));
        return run(all).text();
    }

    private String hashed(String... arguments) {
        return run(List.of(arguments)).sha256();
    }

    private Programs.Result run(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "-t", "30"));
        command.addAll(arguments);
        return Programs.run(command);
    }
}
