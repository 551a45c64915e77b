package dev.asterism.cert.cli;

import dev.asterism.cert.cli.FilePort.PathFlag;
import dev.asterism.cert.issue.HostGrant;
import dev.asterism.cert.issue.VersionChoice;
import dev.asterism.cert.serve.EnrolmentState;
import dev.asterism.cert.serve.Invitation;
import dev.asterism.cert.serve.ServeException;
import dev.asterism.cert.serve.ServerIdentity;
import dev.asterism.overlay.cert.CaLimits;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.enrol.EnrolToken;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.text.Printable;
import java.time.Instant;
import java.util.List;

/** {@code invite}: a token with which one host gets one certificate. */
final class InviteMode extends Mode {

    /** A week: a longer one is a password. */
    private static final long MOST_MINUTES = 7 * 24 * 60;

    private final Flag.Text name = flags.text("name", "", "Required: name of the host");
    private final Flag.Text networks =
            flags.text(
                    "networks",
                    "",
                    "Required: overlay addresses of the host with their prefix, like 10.42.0.2/16");
    private final Flag.Text groups = flags.text("groups", "", "Optional: comma-separated groups");
    private final Flag.Text unsafeNetworks =
            flags.text(
                    "unsafe-networks",
                    "",
                    "Optional: comma-separated networks the host may route for");
    private final Flag.Text version =
            flags.text(
                    "version",
                    "",
                    "Optional: 1, 2 or both, by default the version of the CA's certificate");
    private final Flag.TimeSpan duration =
            flags.duration(
                    "duration",
                    Invitation.USUAL_LIFE,
                    "Optional: how long each certificate of the host is valid; it is renewed in time");
    private final Flag.Uint minutes =
            flags.uint("minutes", 30, "Optional: how long the token can be used");
    private final Flag.Text url =
            flags.text(
                    "url",
                    "",
                    "Optional: comma-separated addresses of the servers, https://HOST:PORT; by default what serve"
                            + " was started with");
    private final Flag.Text caCrt = AuthorityFlags.crt(flags);
    private final Flag.Text outToken =
            flags.text("out-token", "-", "Optional: where the token goes");
    private final Flag.Switch list =
            flags.flag("list", "Instead: lists the tokens that can still be used");
    private final Flag.Text withdraw =
            flags.text(
                    "withdraw",
                    "",
                    "Instead: ends a token that nobody has used, by its number, as -list and invite print it");
    private final EnrolmentFlags state = new EnrolmentFlags(world, flags);

    InviteMode(CliEnvironment world) {
        super(world, "invite", "makes a token with which one host gets one certificate");
    }

    @Override
    void run() throws ToolException {
        try {
            if (list.isSet()) {
                list();
            } else if (!withdraw.value().isEmpty()) {
                withdraw();
            } else {
                invite();
            }
        } catch (ServeException e) {
            throw new ToolException(String.valueOf(e.getMessage()));
        }
    }

    private void list() throws ToolException, ServeException {
        Columns table = new Columns(List.of("TOKEN", "NAME", "NETWORKS", "GROUPS", "UNTIL"));
        for (Invitation open : state.openPresent().openInvitations(world.clock().instant())) {
            table.add(
                    List.of(
                            open.id().hex(),
                            Printable.escaped(open.host().name()),
                            CommaList.join(open.host().networks()),
                            Printable.escaped(CommaList.join(open.host().groups())),
                            Instant.ofEpochSecond(open.notAfter()).toString()));
        }
        if (table.isEmpty()) {
            world.err().print("no token is open\n");
        } else {
            world.out().print(table.text());
        }
    }

    private void withdraw() throws ToolException, ServeException {
        String number = withdraw.value();
        if (!number.matches("[0-9a-f]{" + 2 * EnrolToken.ID_BYTES + "}")) {
            throw new ToolException.Usage(
                    "-withdraw is not the number of a token, %d digits as -list prints it: %s"
                            .formatted(2 * EnrolToken.ID_BYTES, number));
        }
        if (!state.openPresent().withdraw(Bytes.ofHex(number))) {
            throw new ToolException(
                    "no open token has the number %s; if a host has used it, revoke that host's certificate"
                            .formatted(number));
        }
        world.err().print("token %s is withdrawn: nobody can use it\n".formatted(number));
    }

    private void invite() throws ToolException, ServeException {
        ToolException.require("name", name.value());
        ToolException.require("networks", networks.value());
        if (minutes.value() < 1 || minutes.value() > MOST_MINUTES) {
            throw new ToolException.Usage("-minutes must be between 1 and " + MOST_MINUTES);
        }
        if (duration.value().toSeconds() < 1) {
            throw new ToolException.Usage("-duration must be at least a second");
        }
        files.refuseExisting("token", outToken.value());
        invite(AuthorityFlags.readCertificate(files, caCrt.value()));
    }

    private void invite(Certificate ca) throws ToolException, ServeException {
        Instant now = world.clock().instant();
        HostGrant host = host(ca, now);
        EnrolmentState open = state.open();
        ServerIdentity identity = open.identity(ca.name(), false, now);
        long notAfter = now.getEpochSecond() + minutes.value() * 60;
        Bytes secret = Bytes.owning(world.random().bytes(EnrolToken.SECRET_BYTES));
        EnrolToken token =
                new EnrolToken(
                        identity.pin(),
                        Bytes.owning(world.random().bytes(EnrolToken.ID_BYTES)),
                        secret,
                        ca.curve(),
                        notAfter,
                        urls(open));
        open.invite(
                new Invitation(
                        token.id(), Fingerprint.of(secret), host, now.getEpochSecond(), notAfter));
        files.write(new PathFlag("out-token", outToken.value()), token.encode() + "\n");
        world.err()
                .print(
                        "token %s for %s is valid for %d minutes and works once; on the host: asterism enroll -\n"
                                        .formatted(token.id().hex(), host.name(), minutes.value())
                                + CaEnd.warning(ca, duration.value(), now));
    }

    private List<String> urls(EnrolmentState open) throws ToolException, ServeException {
        List<String> urls = CommaList.of(CommaList.either(url.value(), open.url()));
        if (urls.isEmpty()) {
            throw new ToolException.Usage(
                    "-url is required: where hosts find the server, https://HOST:PORT (or start serve with -url)");
        }
        for (String address : urls) {
            if (!EnrolToken.isUrl(address)) {
                throw new ToolException.Usage("-url is not https://HOST:PORT: " + address);
            }
        }
        if (urls.size() > EnrolToken.MAX_URLS) {
            throw new ToolException.Usage(
                    "-url has more than " + EnrolToken.MAX_URLS + " addresses");
        }
        return urls;
    }

    private HostGrant host(Certificate ca, Instant now) throws ToolException {
        VersionChoice versions =
                version.value().isEmpty()
                        ? VersionChoice.of(ca.version())
                        : VersionChoice.parse(version.value());
        if (versions == null) {
            throw new ToolException.Usage("-version must be 1, 2 or both");
        }
        HostGrant host =
                new HostGrant(
                        name.value(),
                        NetworkList.parse("networks", networks.value()).networks(),
                        NetworkList.parse("unsafe-networks", unsafeNetworks.value())
                                .unsafeNetworks(),
                        CommaList.of(groups.value()),
                        versions,
                        duration.value());
        try {
            requireWithinLimits(host, ca, now);
        } catch (CertificateException e) {
            throw new ToolException(String.valueOf(e.getMessage()));
        }
        return host;
    }

    /** What the CA could not sign is said now, to whoever invites. */
    private static void requireWithinLimits(HostGrant host, Certificate ca, Instant now)
            throws CertificateException {
        if (ca.expiredAt(now)) {
            throw new CertificateException("ca certificate is expired");
        }
        for (int number : host.versions().numbers()) {
            String violation = CaLimits.violation(ca.subject(), host.subject(number, ca, now));
            if (violation != null) {
                throw new CertificateException(violation);
            }
        }
    }
}
