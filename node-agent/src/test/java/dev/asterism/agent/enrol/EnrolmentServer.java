package dev.asterism.agent.enrol;

import dev.asterism.cert.issue.HostGrant;
import dev.asterism.cert.issue.IssuingAuthority;
import dev.asterism.cert.issue.VersionChoice;
import dev.asterism.cert.record.IssueRecord;
import dev.asterism.cert.serve.AuditLog;
import dev.asterism.cert.serve.EnrolServer;
import dev.asterism.cert.serve.EnrolmentDesk;
import dev.asterism.cert.serve.EnrolmentState;
import dev.asterism.cert.serve.Invitation;
import dev.asterism.cert.serve.RequestLimits;
import dev.asterism.cert.serve.ServerIdentity;
import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.SigningKey;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.enrol.EnrolToken;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.net.Cidr;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** A CA with its enrolment server on the loopback interface. */
final class EnrolmentServer implements AutoCloseable {

    private static final long TOKEN_SECONDS = 600;

    private final RandomSource random = new Random(5)::nextBytes;
    private final Certificate ca;
    private final IssueRecord record;
    private final EnrolmentState state;
    private final ServerIdentity identity;
    private final EnrolServer server;
    private final Clock clock;

    EnrolmentServer(Path folder, Curve curve, Clock clock) throws Exception {
        this.clock = clock;
        Instant now = clock.instant();
        SigningKey key = SigningKey.generate(curve, random);
        ca =
                Signer.selfSigned(
                        new Subject(
                                "enrolment",
                                List.of(),
                                List.of(),
                                List.of(),
                                now.getEpochSecond() - 100_000,
                                now.getEpochSecond() + 100_000_000),
                        key);
        record = IssueRecord.open(folder.resolve("ca.issued.jsonl"), ca, now);
        state = EnrolmentState.open(folder.resolve("enrolment"), "", random);
        state.serveAt("", false, now);
        identity = ServerIdentity.of(folder.resolve("enrolment"), "x", now);
        String pem = CertificatePem.encode(ca);
        EnrolmentDesk desk =
                new EnrolmentDesk(
                        state.store(),
                        new IssuingAuthority(new Signer(ca, key), record),
                        new EnrolmentDesk.Trust(
                                pem,
                                CaPool.read(pem, Blocklist.EMPTY, now).pool(),
                                Set.of(),
                                false),
                        new AuditLog(state.audit(), clock, _ -> {}),
                        clock);
        server =
                EnrolServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        identity,
                        desk,
                        new RequestLimits(10_000, 10_000, () -> 0L));
    }

    Instant caEnd() {
        return ca.notAfter();
    }

    String url() {
        return "https://127.0.0.1:" + server.address().getPort();
    }

    Fingerprint pin() throws Exception {
        return identity.pin();
    }

    EnrolToken invite(String name, Duration life) throws Exception {
        return invite(name, life, List.of(url()), pin());
    }

    EnrolToken invite(String name, Duration life, List<String> urls, Fingerprint pin)
            throws Exception {
        long now = clock.instant().getEpochSecond();
        EnrolToken token =
                new EnrolToken(
                        pin,
                        Bytes.owning(random.bytes(EnrolToken.ID_BYTES)),
                        Bytes.owning(random.bytes(EnrolToken.SECRET_BYTES)),
                        ca.curve(),
                        now + TOKEN_SECONDS,
                        urls);
        HostGrant host =
                new HostGrant(
                        name,
                        List.of(Cidr.of("10.42.0.9/16")),
                        List.of(),
                        List.of("red"),
                        VersionChoice.V1,
                        life);
        state.invite(
                new Invitation(
                        token.id(),
                        Fingerprint.of(token.secret()),
                        host,
                        now,
                        now + TOKEN_SECONDS));
        return token;
    }

    String audit() throws Exception {
        return Files.exists(state.audit()) ? Files.readString(state.audit()) : "";
    }

    @Override
    public void close() throws IOException {
        server.close();
        record.close();
    }
}
