package dev.asterism.lighthouse.bundle;

import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.revocation.BundleException;
import dev.asterism.overlay.revocation.BundleNumber;
import dev.asterism.overlay.revocation.BundlesInForce;
import java.time.Instant;

/** What revocation bundles have to tell. */
public sealed interface BundleEvent extends MeshEvent {

    /**
     * A newer bundle counts from now on, for handshakes and for live tunnels.
     *
     * @param caName of the CA in whose name it is signed
     * @param revoked how many certificates it refuses
     * @param from the peer it came from, {@code asterism.revocation.bundle} or {@code state folder}
     */
    record InForce(String caName, BundleNumber bundle, int revoked, String from)
            implements BundleEvent {
        @Override
        public Level level() {
            return Level.INFO;
        }

        @Override
        public String message() {
            return "Revocation bundle is in force";
        }
    }

    /** The bundle in force names a certificate that this node shows: peers close their tunnels to it. */
    record OwnCertificateRevoked(String caName, BundleNumber bundle) implements BundleEvent {
        @Override
        public Level level() {
            return Level.ERROR;
        }

        @Override
        public String message() {
            return "This host's own certificate is revoked; it needs a new one";
        }
    }

    /** A peer sent a bundle that cannot be used; it is not asked again for a while. */
    record Refused(Ip vpnAddr, BundleNumber bundle, BundleException.Fault reason, String detail)
            implements BundleEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "Revocation bundle of this host refused";
        }
    }

    /** A peer said that it has a newer bundle and did not send it. */
    record NotSent(Ip vpnAddr, BundleNumber bundle) implements BundleEvent {
        @Override
        public Level level() {
            return Level.DEBUG;
        }

        @Override
        public String message() {
            return "This host did not send the revocation bundle that it offered";
        }
    }

    /** The issuer promised another bundle by now: somebody may be withholding it. What is in force stays so. */
    record Overdue(String caName, BundleNumber bundle, Instant due) implements BundleEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "A newer revocation bundle should have come by now";
        }
    }

    /**
     * The delegated key has signed two bundles with one number: by mistake, or somebody else has the key. All nodes go
     * by the later one.
     *
     * @param replaced when the one that does not count any more was issued
     * @param issued when the other one was
     * @param from as with {@link InForce}
     */
    record NumberUsedTwice(
            String caName, BundleNumber bundle, Instant replaced, Instant issued, String from)
            implements BundleEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "Two revocation bundles have the same number; the later one counts, sign the next number";
        }
    }

    /** A bundle was in force in an earlier process, and its CA is not in {@code pki.ca} now, or is blocked. */
    record Waiting(Fingerprint ca, BundleNumber bundle) implements BundleEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "The CA of a kept revocation bundle is not trusted here; the bundle waits for it";
        }
    }

    /** A kept bundle whose CA is trusted finds those of {@value BundlesInForce#MAX_CAS} other CAs in force. */
    record NoRoom(String caName, BundleNumber bundle) implements BundleEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "Too many CAs have revocation bundles: this kept one waits and is not in force";
        }
    }

    /** The oldest of those that wait, as only {@value BundlesInForce#MAX_CAS} may. */
    record Forgotten(Fingerprint ca, BundleNumber bundle) implements BundleEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "Too many kept revocation bundles wait: this one, the oldest, is forgotten";
        }
    }

    /** A bundle that waited for its CA is not genuine. */
    record KeptRefused(
            Fingerprint ca, BundleNumber bundle, BundleException.Fault reason, String detail)
            implements BundleEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "A kept revocation bundle does not count any more";
        }
    }

    /** A peer said a minute ago or earlier that it has a bundle of this CA, and this node still has none. */
    record Missing(String caName, Ip vpnAddr) implements BundleEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "No revocation bundle of this CA is in force, though this host offers one";
        }
    }

    /** The bundle also carries a policy, which this version does not apply; its revocations count. */
    record PolicyIgnored(String caName, BundleNumber bundle, int bytes) implements BundleEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "The policy in the revocation bundle is not applied: this version has no use for it";
        }
    }
}
