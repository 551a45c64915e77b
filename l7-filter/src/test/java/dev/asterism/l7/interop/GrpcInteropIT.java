package dev.asterism.l7.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * gRPC's interop cases through the filter: its Java client and server, its Go client, a client by its library for Node,
 * and its bad-server cases. All
 * cases that need no credentials of a cloud and that its Java server knows: it has no cacheable_unary, does not refuse
 * what the probes of client_compressed_unary and _streaming send, and gives Go's pick_first_unary no server id. What
 * cannot be fetched is skipped, loudly.
 */
@Timeout(300)
@SuppressWarnings("NullAway.Init") // set before all tests
class GrpcInteropIT {

    private static GrpcPrograms programs;
    private static GrpcPrograms.Program server;
    private static InteropFilter filter;
    private static @Nullable Path goClient;

    @BeforeAll
    static void start() throws Exception {
        String jars = Scripts.run("grpc-interop-1.79.0");
        if (jars.isEmpty()) {
            abort("gRPC's programs are not here");
        }
        programs = new GrpcPrograms(Path.of(jars));
        int port = ProgramServer.freePort();
        server = programs.new Program("TestServiceServer", "--port=" + port, "--use_tls=false");
        server.call("start");
        filter = new InteropFilter(2, port);
        String go = Scripts.run("grpc-go-interop-1.84.0");
        goClient = go.isEmpty() ? null : Path.of(go, "client");
    }

    @AfterAll
    static void stop() throws Exception {
        if (filter != null) {
            filter.close();
            server.call("stop");
            programs.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "empty_unary",
                "large_unary",
                "client_compressed_unary_noprobe",
                "server_compressed_unary",
                "client_streaming",
                "client_compressed_streaming_noprobe",
                "server_streaming",
                "server_compressed_streaming",
                "ping_pong",
                "empty_stream",
                "custom_metadata",
                "status_code_and_message",
                "special_status_message",
                "unimplemented_method",
                "unimplemented_service",
                "cancel_after_begin",
                "cancel_after_first_response",
                "timeout_on_sleeping_server",
                "very_large_request",
                "pick_first_unary",
                "rpc_soak",
                "channel_soak"
            })
    void javaToJava(String name) throws Exception {
        GrpcPrograms.Program client =
                programs
                .new Program(
                        "TestServiceClient",
                        "--server_host=127.0.0.1",
                        "--server_port=" + filter.port(),
                        "--use_tls=false",
                        "--soak_iterations=50",
                        "--soak_max_failures=0",
                        "--soak_per_iteration_max_acceptable_latency_ms=10000",
                        "--soak_overall_timeout_seconds=120",
                        "--test_case=" + name);
        client.call("setUp");
        try {
            client.call("run");
        } finally {
            client.call("tearDown");
        }
        assertThat(filter.faults()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "empty_unary",
                "large_unary",
                "client_streaming",
                "server_streaming",
                "ping_pong",
                "empty_stream",
                "timeout_on_sleeping_server",
                "cancel_after_begin",
                "cancel_after_first_response",
                "status_code_and_message",
                "special_status_message",
                "custom_metadata",
                "unimplemented_method",
                "unimplemented_service"
            })
    void goToJava(String name) {
        if (goClient == null) {
            abort("gRPC's Go client is not here");
        }
        Programs.Result result =
                Programs.run(
                        List.of(
                                Objects.requireNonNull(goClient).toString(),
                                "-server_host=127.0.0.1",
                                "-server_port=" + filter.port(),
                                "-test_case=" + name));
        assertThat(result.exit()).as(result.text()).isZero();
        assertThat(filter.faults()).isEmpty();
    }

    /** By a client of our own, as gRPC has none for Node. */
    @Test
    void nodeToJava(@TempDir Path folder) throws IOException {
        String modules = Scripts.run("grpc-js-1.14.7");
        if (modules.isEmpty()) {
            abort("gRPC for Node is not here");
        }
        Programs.Result result =
                Programs.run(
                        List.of(
                                "node",
                                Programs.unpack("grpc_client.js", folder).toString(),
                                modules,
                                Integer.toString(filter.port())));
        assertThat(result.text().lines())
                .as(result.text())
                .hasSize(13)
                .allMatch(line -> line.startsWith("ok "));
        assertThat(filter.faults()).isEmpty();
    }

    /** The cases judge what the client sees; here also that the filter takes no harm. */
    @ParameterizedTest
    @EnumSource
    void badServer(BadGrpcServer.Case name) throws Exception {
        try (BadGrpcServer bad = new BadGrpcServer(name);
                InteropFilter before = new InteropFilter(2, bad.port())) {
            GrpcPrograms.Program client =
                    programs
                    .new Program(
                            "Http2Client",
                            "--server_host=127.0.0.1",
                            "--server_port=" + before.port(),
                            "--test_case=" + name.name().toLowerCase(java.util.Locale.ROOT));
            client.call("setUp");
            try {
                client.call("run");
            } catch (AssertionError e) {
                // The status is the one that the case expects, and comes in trailers (ADR 0067);
                // its
                // text is not that of a reset.
                assertThat(name.name()).startsWith("RST_");
                assertThat(e)
                        .hasMessageContaining(
                                "Wrong HTTP/2 error code. Expected: HTTP/2 error code: NO_ERROR Received: upstream_reset");
            } finally {
                client.call("shutdown");
            }
            assertThat(before.faults()).isEmpty();
            assertThat(bad.connections())
                    .isGreaterThanOrEqualTo(name == BadGrpcServer.Case.GOAWAY ? 2 : 1);
        }
    }
}
