package dev.asterism.cert.serve;

import dev.asterism.cert.issue.HostGrant;
import dev.asterism.cert.issue.IssuingAuthority;
import dev.asterism.cert.issue.VersionChoice;
import dev.asterism.cert.record.IssueRecord;
import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.SigningKey;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.enrol.EnrolAnswer;
import dev.asterism.overlay.enrol.EnrolRequest;
import dev.asterism.overlay.enrol.EnrolToken;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A CA, its enrolment desk and their files in a folder, with a clock that stands until it is moved. */
final class EnrolmentRig implements AutoCloseable {

    static final Instant START = Instant.parse("2027-03-01T12:00:00Z");
    static final Duration LIFE = Duration.ofHours(30);
    static final Duration CA_LIFE = Duration.ofDays(365);

    /** By so much a certificate begins before it is made. */
    static final Duration BEFORE = Duration.ofMinutes(5);

    private static final Duration CA_AGE = Duration.ofDays(1);

    private static final long TOKEN_SECONDS = 1800;

    final Path folder;
    final RandomSource random;
    final Certificate ca;

    /** What the operator read. */
    final List<String> told = new CopyOnWriteArrayList<>();

    private final IssueRecord record;
    private final IssuingAuthority authority;
    private Instant now = START;

    /** A token with its secret, as the host has it. */
    record Token(Bytes id, Bytes secret) {

        EnrolRequest.Grant grant() {
            return new EnrolRequest.Grant.Invited(id, secret);
        }
    }

    private final class MovedClock extends Clock {

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return Clock.fixed(now, zone);
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    EnrolmentRig(Path folder) throws Exception {
        this(folder, 99);
    }

    EnrolmentRig(Path folder, long seed) throws Exception {
        this(folder, seed, CA_LIFE);
    }

    EnrolmentRig(Path folder, long seed, Duration caLife) throws Exception {
        this(folder, seed, caLife, Curve.CURVE25519);
    }

    EnrolmentRig(Path folder, long seed, Duration caLife, Curve curve) throws Exception {
        this.folder = folder;
        random = new Random(seed)::nextBytes;
        SigningKey key = SigningKey.generate(curve, random);
        ca =
                Signer.selfSigned(
                        new Subject(
                                "rig",
                                List.of(Cidr.of("10.42.0.0/16")),
                                List.of(),
                                List.of("red", "blue"),
                                START.minus(CA_AGE).getEpochSecond(),
                                START.plus(caLife).getEpochSecond()),
                        key);
        record = IssueRecord.open(folder.resolve("ca.issued.jsonl"), ca, START);
        authority = new IssuingAuthority(new Signer(ca, key), record);
    }

    Clock clock() {
        return new MovedClock();
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    Path database() {
        return folder.resolve("state").resolve("enrolment.db");
    }

    /** As a process that starts now would have it. */
    EnrolmentState state() throws ServeException {
        return EnrolmentState.open(folder.resolve("state"), "", random);
    }

    /** The same with a mark that the caller has, too. */
    EnrolmentState state(ConsumptionMark mark) throws ServeException {
        return new EnrolmentState(
                folder.resolve("state"), SqlStore.open(Database.file(database()), mark, random));
    }

    /** A server's start: the number of tokens that were made void, or -1. */
    int start(EnrolmentState state) throws ServeException {
        return state.serveAt("https://x:1", false, now);
    }

    EnrolmentDesk desk(EnrolmentState state) throws Exception {
        return desk(state, CertificatePem.encode(ca), Set.of(), false);
    }

    /**
     * @param pem CAs that hosts trust
     * @param replaced and {@code renewsAny}: as the desk takes them
     */
    EnrolmentDesk desk(
            EnrolmentState state, String pem, Set<Fingerprint> replaced, boolean renewsAny)
            throws Exception {
        return new EnrolmentDesk(
                state.store(),
                authority,
                new EnrolmentDesk.Trust(
                        pem, CaPool.read(pem, Blocklist.EMPTY, now).pool(), replaced, renewsAny),
                new AuditLog(state.audit(), clock(), told::add),
                clock());
    }

    Token invite(EnrolmentState state, String name) throws ServeException {
        return invite(state, name, VersionChoice.V1, List.of("red"));
    }

    Token invite(EnrolmentState state, String name, VersionChoice versions, List<String> groups)
            throws ServeException {
        Token token =
                new Token(
                        Bytes.owning(random.bytes(EnrolToken.ID_BYTES)),
                        Bytes.owning(random.bytes(EnrolToken.SECRET_BYTES)));
        HostGrant host =
                new HostGrant(
                        name, List.of(Cidr.of("10.42.0.9/16")), List.of(), groups, versions, LIFE);
        state.invite(
                new Invitation(
                        token.id(),
                        Fingerprint.of(token.secret()),
                        host,
                        now.getEpochSecond(),
                        now.getEpochSecond() + TOKEN_SECONDS));
        return token;
    }

    /** One that no token was used for. */
    Certificate signedByHand(KeyPair keys) throws Exception {
        HostGrant host =
                new HostGrant(
                        "by hand",
                        List.of(Cidr.of("10.42.0.8/16")),
                        List.of(),
                        List.of(),
                        VersionChoice.V1,
                        LIFE);
        return authority.issue(host, keys.publicKey(), "test", now).getFirst();
    }

    /** As a rotation to this CA makes it for a host that has a certificate of another one. */
    Certificate signedAgain(Certificate old) throws Exception {
        HostGrant host = HostGrant.of(List.of(old), LIFE);
        return authority.issue(host, old.publicKey(), "rotate", now).getFirst();
    }

    /** As an operator signs for the host's key again. */
    Certificate signedInstead(Certificate old, String network, String... groups) throws Exception {
        HostGrant host =
                new HostGrant(
                        old.name(),
                        List.of(Cidr.of(network)),
                        List.of(),
                        List.of(groups),
                        VersionChoice.of(old.version()),
                        LIFE);
        return authority.issue(host, old.publicKey(), "sign", now).getFirst();
    }

    SharedRevocations revocationsFor(EnrolmentState state) {
        return new SharedRevocations(state.store(), authority);
    }

    Instant now() {
        return now;
    }

    void revoke(Certificate certificate) throws Exception {
        record.appendRevoked(List.of(certificate), "lost", now);
    }

    KeyPair keys() {
        return (ca.curve() == Curve.P256 ? Dh.p256() : Dh.x25519()).generate(random);
    }

    EnrolRequest request(KeyPair keys, EnrolRequest.Grant grant) throws Exception {
        return EnrolRequest.by(keys, grant, now, random);
    }

    EnrolmentDesk.Reply ask(EnrolmentDesk desk, KeyPair keys, EnrolRequest.Grant grant)
            throws Exception {
        return desk.answer(request(keys, grant).fields().encode(), "192.0.2.1");
    }

    static Certificate certificate(EnrolmentDesk.Reply reply) throws Exception {
        if (reply.status() != EnrolmentDesk.OK) {
            throw new AssertionError(reply.status() + " " + reply.fields().text("error"));
        }
        return CertificatePem.readFirst(EnrolAnswer.of(reply.fields()).certificatePem());
    }

    static EnrolRequest.Grant renewalOf(Certificate certificate) {
        return new EnrolRequest.Grant.Renewal(CertificatePem.encode(certificate));
    }

    static String error(EnrolmentDesk.Reply reply) throws Exception {
        return reply.fields().has("error") ? reply.fields().text("error") : "";
    }

    /** How many certificates the CA's record has. */
    int recorded() throws IOException {
        return record.read().issued().size();
    }

    String audit(EnrolmentState state) throws Exception {
        return Files.readString(state.audit());
    }

    @Override
    public void close() throws IOException {
        record.close();
    }
}
