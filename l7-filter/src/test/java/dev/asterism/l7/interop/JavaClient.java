package dev.asterism.l7.interop;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * Java's own client. In clear it speaks no HTTP/2 that it has not been offered: it asks for an upgrade, which the
 * filter answers as HTTP/1.1 servers may, by going on with that.
 */
record JavaClient(HttpClient.Version version) implements MatrixClient {

    @Override
    public String report(String base, Path body) throws IOException, InterruptedException {
        byte[] bytes = Files.readAllBytes(body);
        try (HttpClient client = HttpClient.newBuilder().version(version).build()) {
            StringBuilder lines = new StringBuilder();
            HttpResponse<byte[]> got = call(client, base + "/bytes", UnaryOperator.identity());
            lines.append("get ").append(hashed(got));
            lines.append("post ")
                    .append(post(client, base + "/echo", BodyPublishers.ofByteArray(bytes)));
            lines.append("chunked ")
                    .append(
                            post(
                                    client,
                                    base + "/echo-chunked",
                                    BodyPublishers.fromPublisher(
                                            BodyPublishers.ofByteArray(bytes))));
            got = call(client, base + "/bytes", HttpRequest.Builder::HEAD);
            lines.append("head ").append(got.statusCode()).append(' ');
            lines.append(got.headers().firstValue("content-length").orElse("none"));
            lines.append(' ').append(got.body().length).append('\n');
            got = call(client, base + "/missing", UnaryOperator.identity());
            lines.append("missing ").append(got.statusCode()).append('\n');
            got = call(client, base + "/cached", r -> r.header("If-None-Match", "\"v1\""));
            lines.append("cached ").append(sized(got));
            int good = 0;
            for (int i = 0; i < KEPT; i++) {
                got = call(client, base + "/small", UnaryOperator.identity());
                good += got.statusCode() == 200 && got.body().length == 5 ? 1 : 0;
            }
            lines.append("keep ").append(good).append(" over ").append(UNTOLD).append('\n');
            got = call(client, base + "/small", UnaryOperator.identity());
            return lines.append("close ").append(sized(got)).toString();
        }
    }

    private static String post(HttpClient client, String url, BodyPublisher body)
            throws IOException, InterruptedException {
        return hashed(call(client, url, request -> request.POST(body)));
    }

    private static HttpResponse<byte[]> call(
            HttpClient client, String url, UnaryOperator<HttpRequest.Builder> more)
            throws IOException, InterruptedException {
        HttpRequest request = more.apply(HttpRequest.newBuilder(URI.create(url))).build();
        return client.send(request, BodyHandlers.ofByteArray());
    }

    private static String hashed(HttpResponse<byte[]> response) {
        return response.statusCode() + " " + Digests.sha256(response.body()) + "\n";
    }

    private static String sized(HttpResponse<byte[]> response) {
        return response.statusCode() + " " + response.body().length + "\n";
    }
}
