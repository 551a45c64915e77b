package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.io.MemoryConn;
import org.junit.jupiter.api.Test;

/** What somebody who looks on sees of the header fields. */
class ShownFieldsTest {

    private final MeshRig rig =
            new MeshRig(
                            FilterFiles.config(
                                            """
                                            l7:
                                              services:
                                                orders:
                                                  port: 80
                                                  pool: {static: ["127.0.0.1:1"]}
                                                  retry: {on: [503], times: 1, backoff: 10ms..10ms}
                                                  routes:
                                                    - {set_headers: {X-A: changed}}
                                            """)
                                    .services()
                                    .getFirst(),
                            1)
                    .endpoints(1);

    private void request(String... answers) {
        MemoryConn client = rig.client(MeshRig.WEB, Spoken.HTTP);
        client.arrive("GET /a HTTP/1.1\r\nHost: orders\r\nX-A: sent\r\n\r\n");
        for (String answer : answers) {
            rig.asked().conn().arrive(answer);
            rig.passMillis(50);
        }
    }

    @Test
    void areThoseThatCameAndThoseOfTheLastAttempt() {
        rig.observer().wantFields();
        request(
                "HTTP/1.1 503 No\r\nx-try: 1\r\ncontent-length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nx-try: 2\r\ncontent-length: 0\r\n\r\n");

        assertThat(rig.observer().requests()).hasSize(1);
        assertThat(rig.observer().fields())
                .contains("> X-A: sent", "< x-try: 2")
                .doesNotContain("> X-A: changed", "< x-try: 1");
    }

    @Test
    void areNotKeptWhileNobodyLooks() {
        request("HTTP/1.1 200 OK\r\nx-try: 1\r\ncontent-length: 0\r\n\r\n");
        assertThat(rig.observer().requests()).hasSize(1);
        assertThat(rig.observer().fields()).isEmpty();

        rig.observer().wantFields();
        request("HTTP/1.1 200 OK\r\nx-try: 1\r\ncontent-length: 0\r\n\r\n");
        assertThat(rig.observer().fields()).contains("> X-A: sent", "< x-try: 1");
    }
}
