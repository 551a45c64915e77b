package dev.asterism.l7.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A process of curl for each call. Its body of more than a MiB waits for {@code 100 Continue} on HTTP/1. */
record CurlClient(Path program, int version, Path folder) implements MatrixClient {

    @Override
    public String report(String base, Path body) throws IOException {
        String data = "@" + body;
        List<String> close = version == 1 ? List.of("-H", "Connection: close") : List.of();
        return String.join(
                "\n",
                "get " + hashed(null, List.of(base + "/bytes")),
                "post " + hashed(null, List.of("--data-binary", data, base + "/echo")),
                "chunked " + hashed(body, List.of("-X", "POST", "-T", "-", base + "/echo-chunked")),
                "head "
                        + run(
                                "%{http_code} %header{content-length} %{size_download}",
                                null, List.of("-I", base + "/bytes")),
                "missing " + run("%{http_code}", null, List.of(base + "/missing")),
                "cached "
                        + run(
                                "%{http_code} %{size_download}",
                                null, List.of("-H", "If-None-Match: \"v1\"", base + "/cached")),
                kept(base),
                "close "
                        + run(
                                "%{http_code} %{size_download}",
                                null, concat(close, List.of(base + "/small"))));
    }

    private String hashed(@Nullable Path input, List<String> arguments) throws IOException {
        String status = run("%{http_code}", input, arguments);
        return status + " " + Digests.sha256(Files.readAllBytes(output()));
    }

    private String kept(String base) {
        if (version == 2) {
            return keptByProcesses(base);
        }
        List<String> lines =
                run(
                                "%{http_code} %{size_download} %{num_connects}\n",
                                null, Collections.nCopies(KEPT, base + "/small"))
                        .lines()
                        .toList();
        long good = lines.stream().filter(line -> line.startsWith("200 5 ")).count();
        int opened = lines.stream().mapToInt(line -> line.charAt(line.length() - 1) - '0').sum();
        return "keep " + good + " over " + opened;
    }

    /** curl 7.88 breaks its own second request over a connection of HTTP/2 in clear, with any server. */
    private String keptByProcesses(String base) {
        int good = 0;
        for (int i = 0; i < KEPT; i++) {
            String said = run("%{http_code} %{size_download}", null, List.of(base + "/small"));
            good += said.equals("200 5") ? 1 : 0;
        }
        return "keep " + good + " over " + UNTOLD;
    }

    private Path output() {
        return folder.resolve("curl-output");
    }

    private String run(String format, @Nullable Path input, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "-sS", "-m", "30"));
        command.add(version == 2 ? "--http2-prior-knowledge" : "--http1.1");
        command.addAll(List.of("-w", format));
        for (String argument : arguments) {
            if (argument.startsWith("http:")) {
                command.addAll(List.of("-o", output().toString()));
            }
            command.add(argument);
        }
        return Programs.run(command, input).text();
    }

    private static List<String> concat(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
