package dev.asterism.overlay.firewall;

import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import java.util.List;

/**
 * What the firewall wants to know of a peer, worked out once per session from its verified certificate and our
 * networks. Immutable, safe on any thread. Compared by identity: another session is another peer.
 */
public final class PeerIdentity {

    private final PeerClaims claims;
    private final long certificateId;
    private final Ip[] addresses;
    private final Ip[] foreignAddresses;
    private final NetworkSet unsafeNetworks;
    private final LocalNetworks own;
    private final String[] groups;

    PeerIdentity(PeerClaims claims, LocalNetworks own) {
        this.claims = claims;
        this.own = own;
        certificateId = Long.parseUnsignedLong(claims.fingerprint().substring(0, 16), 16);
        List<Ip> all = claims.networks().stream().map(Cidr::address).toList();
        addresses = all.stream().filter(a -> own.inNetworks(a.hi(), a.lo())).toArray(Ip[]::new);
        foreignAddresses =
                all.stream().filter(a -> !own.inNetworks(a.hi(), a.lo())).toArray(Ip[]::new);
        unsafeNetworks = new NetworkSet(claims.unsafeNetworks());
        groups = claims.groups().toArray(String[]::new);
    }

    public static PeerIdentity of(VerifiedCertificate peer, LocalNetworks own) {
        return new PeerIdentity(PeerClaims.of(peer), own);
    }

    public String name() {
        return claims.name();
    }

    public List<String> groups() {
        return claims.groups();
    }

    /** Fingerprint of the CA that signed the peer's certificate. */
    public String issuer() {
        return claims.issuer();
    }

    /** Name of that CA. */
    public String caName() {
        return claims.caName();
    }

    /** Fingerprint of the peer's certificate. */
    public String fingerprint() {
        return claims.fingerprint();
    }

    /** 64 bits of the fingerprint: what a tracked flow remembers of its peer. */
    long certificateId() {
        return certificateId;
    }

    /** Whether the peer may be the remote end of a packet (spec behaviour.md 4.2, step 1). */
    Verdict judgeRemote(Direction direction, long hi, long lo) {
        if (holds(addresses, hi, lo)) {
            return Verdict.PASS;
        }
        if (holds(foreignAddresses, hi, lo)) {
            return Verdict.DROP_REMOTE_OUTSIDE_OUR_NETWORKS;
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

    private static boolean holds(Ip[] addresses, long hi, long lo) {
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
