package dev.asterism.l7.identity;

import static dev.asterism.l7.match.SampleRequest.forwarded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.hpack.HpackDecoder;
import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.GarbageProbe;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HttpLimits;
import dev.asterism.l7.match.SampleRequest;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityHeadersTest {

    private static final Caller WEB_1 =
            new Caller("web-1", List.of("web", "prod"), "10.42.0.7", "ab12", "prod-mesh");

    static Stream<String> forged() {
        return Stream.of(
                "x-mesh-peer",
                "x-mesh-peer-name",
                "x-mesh-peer-groups",
                "x-mesh-deadline",
                "x-mesh-attempt",
                "x-mesh-anything-new",
                "x-mesh-",
                "X-Mesh-Peer",
                "X-MESH-PEER",
                "x_mesh_peer",
                "X-Mesh_Peer-Name",
                "x_mesh-peer-groups",
                "x-forwarded-client-cert",
                "X-Forwarded-Client-Cert",
                "x_forwarded_client_cert",
                "X-FORWARDED_CLIENT-CERT");
    }

    @ParameterizedTest
    @MethodSource("forged")
    void forgedFieldsGoInEveryFormOfHead(String name) {
        for (Head head : List.of(request(name), SampleRequest.own("GET", "/", fields(name)))) {
            IdentityHeaders.strip(head);

            assertThat(forwarded(head))
                    .contains("accept: a", "x-meshed: b")
                    .noneMatch(IdentityHeadersTest::isForged);
            assertThat(SampleRequest.asHttp1(head)).doesNotContain("evil");
        }
    }

    @ParameterizedTest
    @MethodSource("forged")
    void forgedTrailersGoToo(String name) {
        Head trailers = new Head();
        trailers.clearForOwn();
        trailers.addField(
                Ascii.bytes(name.toLowerCase(Locale.ROOT)), Ascii.bytes("evil"), FieldNames.OTHER);
        trailers.addField(Ascii.bytes("grpc-status"), Ascii.bytes("0"), FieldNames.GRPC_STATUS);

        IdentityHeaders.strip(trailers);

        assertThat(forwarded(trailers)).containsExactly("grpc-status: 0");
    }

    /** A pseudo field of that name makes the whole head malformed, and malformed heads are never forwarded. */
    @ParameterizedTest
    @ValueSource(strings = {":x-mesh-peer", ":x-forwarded-client-cert", ":peer"})
    void pseudoFieldsOfThatNameAreMalformed(String name) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(new byte[] {(byte) 0x82, (byte) 0x86, (byte) 0x84, 0x01, 1, 'h'});
        block.write(0);
        block.write(name.length());
        block.writeBytes(Ascii.bytes(name));
        block.write(4);
        block.writeBytes(Ascii.bytes("evil"));
        Head head = new Head();

        boolean intact =
                new HpackDecoder(FieldNames.standard(), HttpLimits.STANDARD)
                        .request(block.toByteArray(), 0, block.size(), head);

        assertThat(intact).isTrue();
        assertThat(head.has(Head.MALFORMED)).isTrue();
    }

    @Test
    void aConnectionFieldCannotHaveOurFieldsRemoved() {
        Head head =
                SampleRequest.text("GET", "/", "Connection: x-mesh-peer-name, x-gone", "X-Gone: 1");
        IdentityHeaders.strip(head);
        new IdentityHeaders(true, false, "self").write(head, WEB_1);

        assertThat(forwarded(head))
                .contains("x-mesh-peer-name: web-1")
                .noneMatch(field -> field.startsWith("x-gone"));
    }

    @Test
    void applicationsAreToldWhatTheCertificateSays() {
        for (Head head : List.of(SampleRequest.text("GET", "/"), SampleRequest.own("GET", "/"))) {
            new IdentityHeaders(true, true, "db-1").write(head, WEB_1);

            assertThat(forwarded(head))
                    .contains(
                            "x-mesh-peer: name=\"web-1\", groups=(\"web\" \"prod\"),"
                                    + " ip=\"10.42.0.7\", fp=\"ab12\", net=\"prod-mesh\"",
                            "x-mesh-peer-name: web-1",
                            "x-mesh-peer-groups: web,prod",
                            "x-forwarded-client-cert: By=spiffe://prod-mesh/node/db-1;Hash=ab12;"
                                    + "Subject=\"CN=web-1\";URI=spiffe://prod-mesh/node/web-1");
        }
    }

    @Test
    void namesCannotBreakOutOfTheirField() {
        Caller odd = new Caller("a\"b\\c\r\nx: y,ü;", List.of("g,h", "i j"), "10.0.0.1", "ff", "");
        Head head = SampleRequest.text("GET", "/");
        new IdentityHeaders(true, true, "self").write(head, odd);

        assertThat(forwarded(head))
                .contains(
                        "x-mesh-peer: name=\"a\\\"b\\\\c%0D%0Ax: y,%C3%BC;\", groups=(\"g,h\" \"i"
                                + " j\"), ip=\"10.0.0.1\", fp=\"ff\"",
                        "x-mesh-peer-name: a\"b\\c%0D%0Ax: y%2C%C3%BC;",
                        "x-mesh-peer-groups: g%2Ch,i j");
        assertThat(SampleRequest.asHttp1(head)).doesNotContain("\nx: y");
    }

    @Test
    void nothingIsSaidOfAnUnknownCallerOrWhenNobodyWantsIt() {
        Head unknown = SampleRequest.text("GET", "/");
        Head unwanted = SampleRequest.text("GET", "/");

        new IdentityHeaders(true, true, "self").write(unknown, Caller.UNKNOWN);
        new IdentityHeaders(false, false, "self").write(unwanted, WEB_1);

        assertThat(forwarded(unknown)).containsExactly("host: shop.mesh");
        assertThat(forwarded(unwanted)).containsExactly("host: shop.mesh");
    }

    @Test
    void aCallerWithNewGroupsIsToldAtOnce() {
        IdentityHeaders headers = new IdentityHeaders(true, false, "self");
        for (int i = 0; i < 2000; i++) {
            Head head = SampleRequest.text("GET", "/");
            headers.write(head, new Caller("web-1", List.of("g" + i), "10.0.0.1", "ff", ""));

            assertThat(forwarded(head)).contains("x-mesh-peer-groups: g" + i);
        }
    }

    @Test
    void aKnownCallersFieldsMakeNoObjects() {
        IdentityHeaders headers = new IdentityHeaders(true, true, "self");
        Head lent = SampleRequest.own("GET", "/");
        int length = lent.ownLength();
        Head head = new Head();

        long garbage =
                GarbageProbe.bytes(
                        _ -> {
                            head.clearForOwn();
                            head.append(lent.bytes(), 0, length);
                            IdentityHeaders.strip(head);
                            headers.write(head, WEB_1);
                        });

        assertThat(garbage).isZero();
    }

    private static boolean isForged(String field) {
        return field.contains("evil");
    }

    private static String[] fields(String name) {
        return new String[] {"Accept: a", name + ": evil", "x-meshed: b", name + ": evil2"};
    }

    private static Head request(String name) {
        return SampleRequest.text("GET", "/", fields(name));
    }
}
