package dev.asterism.agent.enrol;

import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Bytes;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts one certificate, by its SHA-256, and nothing else: neither the system's authorities nor names or dates in a
 * certificate count.
 */
final class PinnedTrust extends X509ExtendedTrustManager {

    private final Fingerprint pin;

    private PinnedTrust(Fingerprint pin) {
        this.pin = pin;
    }

    static SSLSocketFactory sockets(Fingerprint pin) {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(null, new TrustManager[] {new PinnedTrust(pin)}, null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no TLS 1.3", e);
        }
    }

    /** Another server than the one that is named. */
    static final class OtherServerException extends CertificateException {

        private static final long serialVersionUID = 1L;

        private OtherServerException(Fingerprint shown) {
            super("its certificate has the fingerprint " + shown);
        }
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (chain.length == 0) {
            throw new CertificateException("no certificate");
        }
        Fingerprint shown = Fingerprint.of(Bytes.owning(chain[0].getEncoded()));
        if (!MessageDigest.isEqual(shown.raw().toArray(), pin.raw().toArray())) {
            throw new OtherServerException(shown);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw new CertificateException("this is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("this is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("this is a client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
