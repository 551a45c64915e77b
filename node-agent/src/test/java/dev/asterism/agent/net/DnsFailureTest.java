package dev.asterism.agent.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.lookup.LookupFailedException;
import org.xbill.DNS.lookup.RedirectLoopException;
import org.xbill.DNS.lookup.ServerFailedException;

class DnsFailureTest {

    static Stream<Throwable> failures() {
        return Stream.of(
                new TimeoutException("Query 7 for node.example. timed out"),
                new ServerFailedException(),
                new LookupFailedException(),
                new LookupFailedException("org.xbill.DNS.SomeException: odd"),
                new RedirectLoopException(16),
                new ConnectException("Connection refused"),
                new EOFException(),
                new IOException(new IllegalStateException("odd")),
                new CompletionException(new TimeoutException()),
                new CompletionException(null, null),
                new StackOverflowError());
    }

    @ParameterizedTest
    @MethodSource("failures")
    void saysItInWords(Throwable failure) {
        assertThat(DnsFailure.inWords(failure))
                .isNotBlank()
                .doesNotContainPattern("Exception|Error|java|xbill|null");
    }
}
