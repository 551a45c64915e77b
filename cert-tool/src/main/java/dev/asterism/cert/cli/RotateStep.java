package dev.asterism.cert.cli;

import dev.asterism.cert.file.ProcessLock;
import dev.asterism.cert.issue.AuthorityFiles;
import dev.asterism.cert.record.RecordHistory;
import dev.asterism.cert.rotate.HostProgress;
import dev.asterism.cert.rotate.Rotation;
import dev.asterism.cert.rotate.RotationFile;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.text.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * One step of {@code rotate}. Each reads the state, compares it with the record of the old CA, does its part or says
 * why it must wait, and writes the state; so each may be repeated, and be interrupted anywhere.
 */
abstract class RotateStep extends Mode {

    private static final String ALL = "all";

    private final Flag.Text caCrt =
            flags.text("ca-crt", "ca.crt", "Optional: certificate of the CA that is to go");

    RotateStep(CliEnvironment world, String step, String description) {
        super(world, step, description);
    }

    /** A flag for steps that somebody must confirm. */
    final Flag.Text doneFlag() {
        return flags.text(
                "done",
                "",
                "Optional: comma-separated names of the hosts where this is done, or \"all\"");
    }

    final AuthorityFiles authority() throws ToolException {
        return AuthorityFlags.files(files, caCrt.value());
    }

    final Certificate oldCa() throws ToolException {
        return AuthorityFlags.readCertificate(files, caCrt.value());
    }

    @Override
    final void run() throws ToolException {
        ToolException.require("ca-crt", caCrt.value());
        // Before the lock, which makes a file beside the CA.
        RecordFlags.requireRecord(files, caCrt.value());
        try (ProcessLock _ = OpenAuthority.lock(authority(), world)) {
            // Under it: who held it may have issued for more hosts.
            RecordHistory history = RecordFlags.readRecord(files, caCrt.value());
            Path file = authority().rotation();
            Rotation before = Files.exists(file) ? RotationFile.read(file) : null;
            if (before != null && !before.oldCa().equals(oldCa().fingerprint())) {
                throw new ToolException(
                        file.getFileName() + " is the rotation of another CA: move it away");
            }
            Rotation known = before == null ? begin() : before;
            Rotation now = known.withHosts(aliveAt(history, world.clock().instant()));
            Rotation after = step(now, history);
            if (!after.equals(before)) {
                RotationFile.write(file, after);
            }
        } catch (IOException e) {
            throw new ToolException("error in the rotation: " + FilePort.reason(e));
        } catch (CertificateException e) {
            throw new ToolException("error in the rotation: " + e.getMessage());
        }
    }

    private static Set<String> aliveAt(RecordHistory history, Instant now) {
        Set<String> names = new TreeSet<>();
        history.newestByName()
                .forEach(
                        (name, certificates) -> {
                            if (certificates.stream().anyMatch(c -> !now.isAfter(c.notAfter()))) {
                                names.add(name);
                            }
                        });
        return names;
    }

    /** For a rotation that has not begun. */
    Rotation begin() throws ToolException, IOException {
        throw new ToolException(
                "no rotation has begun: \"rotate plan -new-ca-crt FILE\" begins one");
    }

    /**
     * @param now with the hosts that there are
     * @return the state from now on
     */
    abstract Rotation step(Rotation now, RecordHistory history)
            throws ToolException, IOException, CertificateException;

    final Certificate newCa(Rotation rotation) throws ToolException {
        Certificate found = AuthorityFlags.readCertificate(files, rotation.newCrt());
        if (!found.fingerprint().equals(rotation.newCa())) {
            throw new ToolException(
                    rotation.newCrt()
                            + " is not the CA that the rotation began with, "
                            + rotation.newCa());
        }
        return found;
    }

    /** Takes what somebody says is done. */
    final Rotation confirm(Rotation rotation, String done, HostProgress from, HostProgress reached)
            throws ToolException {
        List<String> names =
                done.equals(ALL) ? List.copyOf(rotation.hosts().keySet()) : CommaList.of(done);
        for (String name : names) {
            HostProgress now = rotation.hosts().get(name);
            if (now == null) {
                throw new ToolException(
                        "-done names "
                                + name
                                + ", and no such host is in the rotation: "
                                + String.join(", ", rotation.hosts().keySet()));
            }
            if (now.compareTo(from) < 0) {
                throw new ToolException(
                        name + " cannot have done this: so far it is in the state \"" + now + "\"");
            }
        }
        return rotation.mark(names, reached);
    }

    final void say(String line) {
        world.out().print(Printable.escaped(line) + "\n");
    }

    static String names(List<String> hosts) {
        int shown = Math.min(hosts.size(), 10);
        String first = String.join(", ", hosts.subList(0, shown));
        return hosts.size() == shown ? first : first + " and " + (hosts.size() - shown) + " more";
    }
}
