package dev.asterism.cert.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenFilesTest {

    private static final String LIMITS =
            """
            Limit                     Soft Limit           Hard Limit           Units
            Max processes             95000                95000                processes
            Max open files            %s              524288               files
            """;

    @Test
    void connectionsLeaveHalfOfTheFiles() {
        assertThat(OpenFiles.forConnections(2048, LIMITS.formatted("1024"))).isEqualTo(512);
        assertThat(OpenFiles.forConnections(2048, LIMITS.formatted("524288"))).isEqualTo(2048);
        assertThat(OpenFiles.forConnections(2048, LIMITS.formatted("unlimited"))).isEqualTo(2048);
        assertThat(OpenFiles.forConnections(2048, "")).isEqualTo(2048);
    }

    @Test
    void thisProcessHasSome() {
        assertThat(OpenFiles.forConnections(10)).isBetween(1, 10);
    }
}
