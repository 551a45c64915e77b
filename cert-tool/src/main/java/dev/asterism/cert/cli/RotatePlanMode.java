package dev.asterism.cert.cli;

import dev.asterism.cert.record.RecordHistory;
import dev.asterism.cert.rotate.HostProgress;
import dev.asterism.cert.rotate.Rotation;
import dev.asterism.overlay.cert.Certificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** {@code rotate plan}: begins a rotation, or says where it stands. */
final class RotatePlanMode extends RotateStep {

    private final Flag.Text newCaCrt =
            flags.text(
                    "new-ca-crt", "", "Required to begin: certificate of the CA that is to come");

    RotatePlanMode(CliEnvironment world) {
        super(world, "rotate plan", "begins a change of the CA, or says where it stands");
    }

    @Override
    Rotation begin() throws ToolException {
        ToolException.require("new-ca-crt", newCaCrt.value());
        Path file = files.resolved(newCaCrt.value());
        Certificate old = oldCa();
        if (!Files.exists(file)) {
            throw new ToolException(
                    "there is no "
                            + newCaCrt.value()
                            + ": make the new CA first, like this: "
                            + commandFor(old));
        }
        Certificate next = AuthorityFlags.readCertificate(files, newCaCrt.value());
        if (!next.isCa()) {
            throw new ToolException("the certificate in -new-ca-crt is not a CA");
        }
        if (next.fingerprint().equals(old.fingerprint())) {
            throw new ToolException("-ca-crt and -new-ca-crt are the same CA");
        }
        Instant now = world.clock().instant();
        if (next.expiredAt(now) || !next.notAfter().isAfter(old.notAfter())) {
            throw new ToolException(
                    "the new CA ends "
                            + next.notAfter()
                            + ", the old one "
                            + old.notAfter()
                            + ": make one that lives longer, by ca -duration");
        }
        return Rotation.begin(
                old.fingerprint(),
                next.fingerprint(),
                file.toAbsolutePath().normalize().toString());
    }

    /** With the limits of the old one. */
    private String commandFor(Certificate old) {
        StringBuilder command =
                new StringBuilder("asterism-cert ca -name \"" + old.name() + "\"")
                        .append(" -version ")
                        .append(old.version());
        append(command, "groups", old.groups());
        append(command, "networks", old.networks());
        append(command, "unsafe-networks", old.unsafeNetworks());
        String crt = newCaCrt.value();
        String key = (crt.endsWith(".crt") ? crt.substring(0, crt.length() - 4) : crt) + ".key";
        return command + " -out-crt " + crt + " -out-key " + key;
    }

    private static void append(StringBuilder command, String flag, List<?> values) {
        if (!values.isEmpty()) {
            command.append(" -").append(flag).append(' ').append(CommaList.join(values));
        }
    }

    @Override
    Rotation step(Rotation now, RecordHistory history) throws ToolException {
        Certificate old = oldCa();
        Certificate next = newCa(now);
        say("from " + old.name() + ", which ends " + old.notAfter() + ", " + old.fingerprint());
        say("to " + next.name() + ", which ends " + next.notAfter() + ", " + next.fingerprint());
        describe(now, HostProgress.TRUSTS, "1 trust: every host gets a bundle of both CAs");
        describe(now, HostProgress.ISSUED, "2 issue: every host gets a certificate of the new CA");
        describe(now, HostProgress.USES, "  and uses it");
        say("3 retire: every host gets the new CA alone: " + (now.isRetired() ? "done" : "to do"));
        say(
                now.isRetired()
                        ? "nothing is left to do here"
                        : "next: asterism-cert rotate " + next(now));
        return now;
    }

    private void describe(Rotation rotation, HostProgress goal, String what) {
        List<String> behind = rotation.behind(goal);
        int all = rotation.hosts().size();
        say(
                "%s: %d of %d hosts%s"
                        .formatted(
                                what,
                                all - behind.size(),
                                all,
                                behind.isEmpty() ? "" : ", missing " + names(behind)));
    }

    private static String next(Rotation rotation) {
        if (!rotation.behind(HostProgress.TRUSTS).isEmpty()) {
            return "trust";
        }
        return rotation.behind(HostProgress.USES).isEmpty() ? "retire" : "issue";
    }
}
