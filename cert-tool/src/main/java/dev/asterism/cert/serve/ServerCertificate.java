package dev.asterism.cert.serve;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * Makes the X.509 certificate of the server's HTTPS: signed by its own key, as hosts know it by its fingerprint, and
 * the key of the CA signs nothing but certificates of the mesh (ADR 0041).
 */
final class ServerCertificate {

    /** No end, as RFC 5280 (4.1.2.5) writes it: who trusts a fingerprint does not look at it. */
    private static final Instant NO_END = Instant.parse("9999-12-31T23:59:59Z");

    private static final AlgorithmIdentifier ALGORITHM =
            new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);

    private ServerCertificate() {}

    /**
     * A certificate from now on.
     *
     * @param keys of the curve P-256
     * @param name for people who look at it, such as the CA's
     */
    static X509Certificate make(KeyPair keys, String name, BigInteger serial, Instant now)
            throws GeneralSecurityException, IOException {
        X500Name subject =
                new X500NameBuilder(BCStyle.INSTANCE)
                        .addRDN(BCStyle.CN, "asterism-cert serve")
                        .addRDN(BCStyle.O, text(name))
                        .build();
        V3TBSCertificateGenerator content = new V3TBSCertificateGenerator();
        content.setSerialNumber(new ASN1Integer(serial));
        content.setSignature(ALGORITHM);
        content.setIssuer(subject);
        content.setSubject(subject);
        content.setStartDate(new Time(Date.from(now)));
        content.setEndDate(new Time(Date.from(NO_END)));
        content.setSubjectPublicKeyInfo(
                SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
        return signed(content.generateTBSCertificate(), keys);
    }

    /** A value that begins with # would be read as hex. */
    private static String text(String name) {
        return name.isEmpty() ? "unnamed" : name.startsWith("#") ? "\\" + name : name;
    }

    private static X509Certificate signed(TBSCertificate content, KeyPair keys)
            throws GeneralSecurityException, IOException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(content.getEncoded(ASN1Encoding.DER));
        ASN1EncodableVector whole = new ASN1EncodableVector();
        whole.add(content);
        whole.add(ALGORITHM);
        whole.add(new DERBitString(signature.sign()));
        byte[] encoded = new DERSequence(whole).getEncoded(ASN1Encoding.DER);
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(encoded));
    }
}
