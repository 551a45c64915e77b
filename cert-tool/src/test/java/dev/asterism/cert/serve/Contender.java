package dev.asterism.cert.serve;

import dev.asterism.overlay.enrol.EnrolAnswer;
import dev.asterism.overlay.enrol.EnrolRequest;
import dev.asterism.overlay.enrol.EnrolToken;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A host that asks with a token, and asks again as long as no server has decided. */
final class Contender {

    private static final long POLL_NANOS = 10_000_000;

    private final KeyPair keys;
    private final Bytes message;

    Contender(EnrolToken token, RandomSource random) throws Exception {
        keys = Dh.x25519().generate(random);
        message =
                EnrolRequest.by(
                                keys,
                                new EnrolRequest.Grant.Invited(token.id(), token.secret()),
                                Instant.now(),
                                random)
                        .fields()
                        .encode();
    }

    Bytes publicKey() {
        return keys.publicKey();
    }

    /**
     * What was decided: the certificate, or empty when it was refused.
     *
     * @param servers asked in turn
     * @param first which of them is asked first
     * @param attempts counts each one before it begins
     */
    String ask(List<InetSocketAddress> servers, int first, AtomicInteger attempts)
            throws Exception {
        for (int i = first; ; i++) {
            attempts.incrementAndGet();
            RawHttps.Answer answer = tried(servers.get(i % servers.size()));
            switch (answer.status()) {
                case 200 -> {
                    return EnrolAnswer.of(answer.fields()).certificatePem();
                }
                case 403 -> {
                    return "";
                }
                case 0, 429, 503 -> LockSupport.parkNanos(POLL_NANOS);
                default -> throw new AssertionError(answer.status() + " " + answer.error());
            }
        }
    }

    private RawHttps.Answer tried(InetSocketAddress server) throws Exception {
        try {
            return new RawHttps(server).post(message);
        } catch (IOException e) {
            return new RawHttps.Answer(0, "", Bytes.EMPTY);
        }
    }
}
