package dev.asterism.overlay.revocation;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.SigningKey;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.revocation.Delegation.Terms;
import dev.asterism.overlay.revocation.Delegation.Validity;
import dev.asterism.overlay.revocation.RevocationBundle.Content;
import java.util.Arrays;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;

/** Whoever signs bundles for a CA; for tests of any package. */
public final class TestBundles {

    public static final Validity ALWAYS =
            new Validity(TestPki.START.getEpochSecond(), TestPki.END.getEpochSecond());

    private static final int ALL_RIGHTS = Delegation.MAY_REVOKE | Delegation.MAY_CARRY_POLICY;

    private final SigningKey key;
    private final Delegation delegation;

    private TestBundles(SigningKey key, Delegation delegation) {
        this.key = key;
        this.delegation = delegation;
    }

    /** With the first delegation of the CA, for everything and for always. */
    public static TestBundles of(TestPki pki) {
        return of(pki, 1);
    }

    public static TestBundles of(TestPki pki, int number) {
        return of(pki, new Terms(number, ALL_RIGHTS, ALWAYS));
    }

    public static TestBundles of(TestPki pki, Terms terms) {
        RandomSource random = new Random(terms.number())::nextBytes;
        return of(pki.ca(), pki.caKey(), random, terms);
    }

    public static TestBundles of(
            Certificate ca, SigningKey caKey, RandomSource random, Terms terms) {
        SigningKey key = SigningKey.generate(ca.curve(), random);
        return new TestBundles(key, Delegation.sign(ca, caKey, key.publicKey(), terms));
    }

    public Delegation delegation() {
        return delegation;
    }

    public SigningKey key() {
        return key;
    }

    public RevocationBundle bundle(long version, Fingerprint... revoked) {
        return bundle(version, new TreeSet<>(Arrays.asList(revoked)), Bytes.EMPTY);
    }

    public RevocationBundle bundle(long version, SortedSet<Fingerprint> revoked, Bytes policy) {
        return sign(new Content(version, TestPki.NOW.getEpochSecond(), 0, revoked, policy));
    }

    public RevocationBundle sign(Content content) {
        return RevocationBundle.sign(content, delegation, key);
    }

    /** With so many certificates that nobody has. */
    public RevocationBundle large(long version, int entries, Fingerprint... more) {
        TreeSet<Fingerprint> revoked = new TreeSet<>(Arrays.asList(more));
        for (int i = 0; i < entries; i++) {
            revoked.add(Fingerprint.of(Bytes.ofHex("%08x".formatted(i))));
        }
        return bundle(version, revoked, Bytes.EMPTY);
    }
}
