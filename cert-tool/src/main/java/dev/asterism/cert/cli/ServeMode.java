package dev.asterism.cert.cli;

import dev.asterism.cert.file.DurableFile;
import dev.asterism.cert.file.ProcessLock;
import dev.asterism.cert.issue.AuthorityFiles;
import dev.asterism.cert.issue.IssuingAuthority;
import dev.asterism.cert.record.EarlierRecords;
import dev.asterism.cert.record.IssueRecord;
import dev.asterism.cert.rotate.EarlierCas;
import dev.asterism.cert.serve.AuditLog;
import dev.asterism.cert.serve.EnrolServer;
import dev.asterism.cert.serve.EnrolmentDesk;
import dev.asterism.cert.serve.EnrolmentState;
import dev.asterism.cert.serve.MarkKeeper;
import dev.asterism.cert.serve.RequestLimits;
import dev.asterism.cert.serve.ServeException;
import dev.asterism.cert.serve.ServerIdentity;
import dev.asterism.cert.serve.SharedRevocations;
import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.SigningKey;
import dev.asterism.overlay.enrol.EnrolToken;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** {@code serve}: gives certificates to hosts with a token and renews them, until it is stopped. */
final class ServeMode extends Mode {

    private static final int MOST_REQUESTS = 1_000_000;

    private final AuthorityFlags authority = new AuthorityFlags(flags, world);
    private final Flag.Text listen =
            flags.text("listen", "0.0.0.0:4280", "Optional: address and port to listen on");
    private final Flag.Text url =
            flags.text(
                    "url",
                    "",
                    "Optional: comma-separated addresses at which hosts find the servers, https://HOST:PORT, for"
                            + " tokens");
    private final Flag.Uint perSource =
            flags.uint("rate", 60, "Optional: requests a minute from one address");
    private final Flag.Uint total =
            flags.uint("rate-total", 1200, "Optional: requests a minute in total");
    private final Flag.Switch renewAny =
            flags.flag(
                    "renew-any",
                    "Renews certificates of the CA, and of one that a rotation replaces by it, that this server did not"
                            + " issue, too");
    private final Flag.Switch restored =
            flags.flag(
                    "restored",
                    "Makes all open tokens void: needed once after this machine was put back to an earlier state");
    private final Flag.Switch newServerPem =
            flags.flag(
                    "new-server-pem",
                    "Makes a new certificate of the server though hosts know an old one that is lost: no open token"
                            + " works then and no host renews until it is invited again");
    private final EnrolmentFlags state = new EnrolmentFlags(world, flags);

    ServeMode(CliEnvironment world) {
        super(world, "serve", "gives certificates to hosts that have a token, over HTTPS");
    }

    @Override
    void run() throws ToolException {
        InetSocketAddress at = address(listen.value());
        for (String address : CommaList.of(url.value())) {
            if (!EnrolToken.isUrl(address)) {
                throw new ToolException.Usage("-url is not https://HOST:PORT: " + address);
            }
        }
        int most = rate("rate", perSource.value());
        int mostInTotal = rate("rate-total", total.value());
        authority.require();
        RequestLimits limits = new RequestLimits(most, mostInTotal, System::nanoTime);
        SigningKey key = authority.readKey();
        try {
            serve(key, at, limits);
        } catch (ServeException e) {
            throw new ToolException(String.valueOf(e.getMessage()));
        } finally {
            key.destroy();
        }
    }

    private static int rate(String flag, long value) throws ToolException {
        if (value < 1 || value > MOST_REQUESTS) {
            throw new ToolException.Usage("-" + flag + " must be between 1 and " + MOST_REQUESTS);
        }
        return (int) value;
    }

    private static InetSocketAddress address(String text) throws ToolException {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new ToolException.Usage("-listen is not ADDRESS:PORT: " + text);
        }
        String host = text.substring(0, colon).replaceAll("^\\[(.*)]$", "$1");
        InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(port));
        if (address.isUnresolved()) {
            throw new ToolException("-listen: there is no address " + host);
        }
        return address;
    }

    /** Other calls of the tool may work with the CA meanwhile: the record lets each append in turn. */
    private void serve(SigningKey key, InetSocketAddress at, RequestLimits limits)
            throws ToolException, ServeException {
        Instant now = world.clock().instant();
        AuthorityFiles files = authority.files();
        Signer signer = authority.signer(key, now);
        EnrolmentState open = state.open();
        try (ProcessLock _ =
                        open.lock(
                                () ->
                                        world.err()
                                                .print(
                                                        "waiting for another serve in this folder\n"));
                IssueRecord record = IssueRecord.open(files.record(), signer.ca(), now)) {
            AuditLog audit =
                    new AuditLog(
                            open.audit(),
                            world.clock(),
                            problem -> world.err().print(problem + "\n"));
            EarlierCas earlier =
                    EarlierCas.before(
                            signer.ca().fingerprint(), DurableFile.folderOf(files.certificate()));
            IssuingAuthority issuing =
                    new IssuingAuthority(signer, record, new EarlierRecords(earlier.records()));
            SharedRevocations revocations = new SharedRevocations(open.store(), issuing);
            revocations.shareFirst(now);
            EnrolmentDesk desk =
                    new EnrolmentDesk(
                            open.store(),
                            issuing,
                            trust(files, earlier, now),
                            audit,
                            world.clock());
            Supplier<MarkKeeper> keeper =
                    () -> new MarkKeeper(open.store(), revocations, audit, world.clock());
            serve(open, desk, keeper, new Listening(at, limits));
        } catch (IOException e) {
            throw new ToolException("cannot use the record of the CA: " + FilePort.reason(e));
        }
    }

    private record Listening(InetSocketAddress at, RequestLimits limits) {}

    private void serve(
            EnrolmentState open,
            EnrolmentDesk desk,
            Supplier<MarkKeeper> keeper,
            Listening listening)
            throws ToolException, ServeException {
        Instant now = world.clock().instant();
        ServerIdentity identity =
                open.identity(authority.readCertificate().name(), newServerPem.isSet(), now);
        int madeVoid = open.serveAt(url.value(), restored.isSet(), now);
        if (madeVoid >= 0) {
            world.err()
                    .print(
                            "the database is an older copy: %d open tokens are void now, invite those hosts again\n"
                                    .formatted(madeVoid));
        }
        world.err().print(CaEnd.warning(authority.readCertificate(), open.longestLife(now), now));
        CountDownLatch stopped = new CountDownLatch(1);
        try (EnrolServer server =
                        EnrolServer.start(listening.at(), identity, desk, listening.limits());
                MarkKeeper _ = keeper.get()) {
            Runtime.getRuntime().addShutdownHook(new Thread(stopped::countDown, "stop"));
            world.err()
                    .print(
                            "serving on %s, certificate %s, log in %s\n"
                                    .formatted(server.address(), identity.pin(), open.audit()));
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private EnrolmentDesk.Trust trust(
            AuthorityFiles authorityFiles, EarlierCas earlier, Instant now) throws ToolException {
        String bundle = authorityFiles.bundle().toString();
        String own =
                files.read(
                        "error while reading ca-crt: ",
                        Files.exists(authorityFiles.bundle())
                                ? bundle
                                : authority.crtPath().path());
        try {
            String caPem = earlier.trustedWith(own);
            CaPool pool = CaPool.read(caPem, Blocklist.EMPTY, now).pool();
            return new EnrolmentDesk.Trust(caPem, pool, earlier.replaced(), renewAny.isSet());
        } catch (CertificateException e) {
            throw new ToolException("error while parsing ca-crt: " + e.getMessage());
        }
    }
}
