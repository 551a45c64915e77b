package dev.asterism.l7.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.exchange.Workspace;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.HttpLimits;
import dev.asterism.l7.http1.Http1Codec;
import dev.asterism.l7.http2.Http2Codec;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.io.MemoryLoop;
import dev.asterism.l7.upstream.Endpoint;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Questions to an application, byte by byte and in a time of the test's own. */
class HealthCheckTest {

    private static final InetSocketAddress APPLICATION =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9090);

    private final MemoryLoop loop = new MemoryLoop();
    private final List<MemoryConn> opened = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Workspace workspace = new Workspace(FieldNames.standard(), HttpLimits.STANDARD);
    private final Http1Codec http1 = Http1Codec.of(workspace);
    private final Http2Codec http2 = new Http2Codec(workspace);
    private final HealthChecks checks =
            new HealthChecks(
                    loop.batch(),
                    _ -> open(),
                    workspace,
                    (address, protocol) ->
                            new Endpoint(address, protocol, _ -> open(), http1, http2),
                    (service, well, why) ->
                            told.add(service + (well ? " well" : " unwell: " + why)));

    private MemoryConn open() {
        MemoryConn conn = loop.conn();
        opened.add(conn);
        return conn;
    }

    private void ask(HealthPolicy.Kind kind, String target) {
        HealthPolicy policy =
                new HealthPolicy(
                        kind, target, Duration.ofSeconds(2), Duration.ofSeconds(1), 3, 2, "");
        checks.ask(List.of(new HealthChecks.Asked("shop", policy, APPLICATION, false)));
        loop.settle();
    }

    private void answer(String status) {
        boolean bodiless = status.startsWith("204");
        String length = bodiless ? "" : "content-length: 2\r\n";
        opened.getLast()
                .arrive("HTTP/1.1 " + status + "\r\n" + length + "\r\n" + (bodiless ? "" : "ok"));
    }

    private void seconds(double seconds) {
        loop.pass((long) (seconds * TimeUnit.SECONDS.toNanos(1)));
    }

    @Test
    void asksOnAConnectionOfItsOwnEveryTwoSeconds() {
        ask(HealthPolicy.Kind.HTTP, "/healthz");
        assertThat(opened.getFirst().sentText())
                .startsWith("GET /healthz HTTP/1.1\r\nhost: localhost\r\n")
                .contains("user-agent: asterism-health\r\n")
                .endsWith("\r\n\r\n");
        answer("200 OK");
        assertThat(told).containsExactly("shop well");
        assertThat(opened.getFirst().isClosed()).isTrue();

        seconds(1.9);
        assertThat(opened).hasSize(1);
        seconds(0.2);
        assertThat(opened).hasSize(2);
    }

    @Test
    void threeFailuresMakeItUnwellAndTwoGoodAnswersWell() {
        ask(HealthPolicy.Kind.HTTP, "/");
        answer("200 OK");
        for (String status : List.of("503 No", "500 No", "200 OK", "404 No", "503 No")) {
            seconds(2);
            answer(status);
        }
        assertThat(told).containsExactly("shop well");
        seconds(2);
        answer("503 No");
        assertThat(told).last().isEqualTo("shop unwell: status 503");
        seconds(2);
        answer("204 Yes");
        seconds(2);
        answer("302 Yes");

        assertThat(told).hasSize(3).last().isEqualTo("shop well");
    }

    @Test
    void noAnswerInTimeIsAFailure() {
        ask(HealthPolicy.Kind.HTTP, "/");
        seconds(1.1);

        assertThat(told).containsExactly("shop unwell: no answer within 1000 ms");
        assertThat(opened.getFirst().isClosed()).isTrue();
    }

    @Test
    void aConnectionThatOpensIsEnoughForTcp() {
        ask(HealthPolicy.Kind.TCP, "");
        opened.getFirst().connected();
        assertThat(told).containsExactly("shop well");
        for (int i = 0; i < 3; i++) {
            seconds(2);
            opened.getLast().breaks();
        }

        assertThat(told).last().isEqualTo("shop unwell: no connection");
    }

    @Test
    void aCheckThatStaysGoesOnOverAReload() {
        ask(HealthPolicy.Kind.HTTP, "/");
        answer("200 OK");
        ask(HealthPolicy.Kind.HTTP, "/");
        assertThat(opened).hasSize(1);
        ask(HealthPolicy.Kind.HTTP, "/other");
        assertThat(opened).hasSize(2);
        checks.close();
        seconds(10);
        assertThat(opened).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "00000000020801, true",
        "00000000020802, false",
        "01000000020801, false",
        "0000000000, false",
        "0000000002080100, false",
        "'', false"
    })
    void grpcIsWellWhenItServes(String answer, boolean serves) {
        assertThat(ProbeAnswer.isServing(HexFormat.of().parseHex(answer))).isEqualTo(serves);
    }

    private static void frame(ByteArrayOutputStream to, int type, int flags, byte[] payload) {
        int stream = type == 4 ? 0 : 1;
        to.writeBytes(new byte[] {0, 0, (byte) payload.length, (byte) type, (byte) flags});
        to.writeBytes(new byte[] {0, 0, 0, (byte) stream});
        to.writeBytes(payload);
    }

    private static byte[] grpcAnswer(int serving, String grpcStatus) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frame(frames, 4, 0, new byte[0]);
        frame(frames, 1, 4, new byte[] {(byte) 0x88});
        frame(frames, 0, 0, new byte[] {0, 0, 0, 0, 2, 8, (byte) serving});
        ByteArrayOutputStream trailers = new ByteArrayOutputStream();
        trailers.writeBytes(new byte[] {0, 11});
        trailers.writeBytes("grpc-status".getBytes(StandardCharsets.ISO_8859_1));
        trailers.write(grpcStatus.length());
        trailers.writeBytes(grpcStatus.getBytes(StandardCharsets.ISO_8859_1));
        frame(frames, 1, 5, trailers.toByteArray());
        return frames.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, shop well",
        "2, 0, shop unwell: not serving",
        "1, 14, shop unwell: gRPC status 14"
    })
    void asksInHttp2WhatGrpcSays(int serving, String grpcStatus, String verdict) {
        ask(HealthPolicy.Kind.GRPC, "shop.Catalog");
        assertThat(opened.getFirst().sentText())
                .startsWith("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
                .contains("/grpc.health.v1.Health/Check")
                .contains("\n\u000cshop.Catalog");
        opened.getFirst().arrive(grpcAnswer(serving, grpcStatus));

        assertThat(told).containsExactly(verdict);
        assertThat(opened.getFirst().isClosed()).isTrue();
    }

    @Test
    void anAnswerMayComeByteByByte() {
        ask(HealthPolicy.Kind.HTTP, "/");
        for (byte one :
                "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
                        .getBytes(StandardCharsets.ISO_8859_1)) {
            assertThat(told).isEmpty();
            opened.getFirst().arrive(new byte[] {one});
        }
        assertThat(told).containsExactly("shop well");
    }

    @Test
    void anAnswerOfGrpcMayComeByteByByte() {
        ask(HealthPolicy.Kind.GRPC, "shop.Catalog");
        for (byte one : grpcAnswer(1, "0")) {
            assertThat(told).isEmpty();
            opened.getFirst().arrive(new byte[] {one});
        }
        assertThat(told).containsExactly("shop well");
    }

    @Test
    void asksGrpcForAService() {
        assertThat(Probes.request("")).containsExactly(0, 0, 0, 0, 0);
        assertThat(Probes.request("ab")).containsExactly(0, 0, 0, 0, 4, 10, 2, 'a', 'b');
    }
}
