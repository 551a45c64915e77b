package dev.asterism.overlay.firewall;

import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import java.util.List;

/**
 * What the firewall wants to know of a peer, worked out once per session from its verified
 * certificate. What is ours is not part of it: rules carry that, so that a reload leaves this as it
 * is. Immutable, safe on any thread. Compared by identity: another session is another peer.
 */
public final class PeerIdentity {

    private final PeerAttributes attributes;
    private final long certificateId;
    private final Ip[] addresses;
    private final NetworkSet unsafeNetworks;
    private final String[] groups;

    PeerIdentity(PeerAttributes attributes) {
        this.attributes = attributes;
        certificateId = attributes.fingerprint().first();
        addresses = attributes.networks().stream().map(Cidr::address).toArray(Ip[]::new);
        unsafeNetworks = new NetworkSet(attributes.unsafeNetworks());
        groups = attributes.groups().toArray(String[]::new);
    }

    public static PeerIdentity of(VerifiedCertificate peer) {
        return new PeerIdentity(PeerAttributes.of(peer));
    }

    public String name() {
        return attributes.name();
    }

    public List<String> groups() {
        return attributes.groups();
    }

    /** Fingerprint of the CA that signed the peer's certificate. */
    public Fingerprint issuer() {
        return attributes.issuer();
    }

    /** Name of that CA. */
    public String caName() {
        return attributes.caName();
    }

    /** Fingerprint of the peer's certificate. */
    public Fingerprint fingerprint() {
        return attributes.fingerprint();
    }

    /** 64 bits of the fingerprint: what a tracked flow remembers of its peer. */
    long certificateId() {
        return certificateId;
    }

    /** Whether the peer may be the remote end of a packet (spec behaviour.md 4.2, step 1). */
    Verdict judgeRemote(LocalNetworks own, Direction direction, long hi, long lo) {
        if (holdsAddress(hi, lo)) {
            return own.inNetworks(hi, lo) ? Verdict.PASS : Verdict.DROP_REMOTE_OUTSIDE_OUR_NETWORKS;
        }
        if (!unsafeNetworks.contains(hi, lo)) {
            return Verdict.DROP_REMOTE_ADDRESS;
        }
        // Two prefixes nest or are disjoint, so "in the overlap" is "in both".
        return direction == Direction.INBOUND && own.inNetworks(hi, lo)
                ? Verdict.DROP_REMOTE_SPOOFED
                : Verdict.PASS;
    }

    boolean inGroup(String group) {
        for (String mine : groups) {
            if (mine.equals(group)) {
                return true;
            }
        }
        return false;
    }

    private boolean holdsAddress(long hi, long lo) {
        for (Ip address : addresses) {
            if (address.lo() == lo && address.hi() == hi) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return name() + " (" + fingerprint() + ")";
    }
}
