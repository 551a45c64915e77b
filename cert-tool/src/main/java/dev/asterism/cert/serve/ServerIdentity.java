package dev.asterism.cert.serve;

import dev.asterism.cert.file.DurableFile;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Key and certificate of the server's HTTPS, in one file with mode 0600. Made by whoever needs it first; several
 * issuers share a copy of the file.
 */
public final class ServerIdentity {

    /** In the server's folder. */
    static final String FILE = "server.pem";

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z ]+)-----\\s([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private static final int SERIAL_BITS = 127;

    private final PrivateKey key;
    private final Certificate certificate;

    private ServerIdentity(PrivateKey key, Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    /**
     * Reads the file, after making it if there is none.
     *
     * @param name for people who look at the certificate
     */
    public static ServerIdentity of(Path folder, String name, Instant now) throws ServeException {
        Path file = folder.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                make(file, fresh(name, now));
            }
            return read(Files.readString(file, StandardCharsets.US_ASCII));
        } catch (IOException | GeneralSecurityException e) {
            throw new ServeException("cannot use " + file + ": " + e.getMessage(), e);
        }
    }

    static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(FILE));
    }

    private static void make(Path file, String text) throws IOException {
        try {
            DurableFile.create(file, text.getBytes(StandardCharsets.US_ASCII));
            DurableFile.syncFolder(DurableFile.folderOf(file));
        } catch (FileAlreadyExistsException e) {
            // Another process was faster: its file counts.
        }
    }

    private static String fresh(String name, Instant now)
            throws IOException, GeneralSecurityException {
        SecureRandom random = new SecureRandom();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        KeyPair keys = generator.generateKeyPair();
        BigInteger serial = new BigInteger(SERIAL_BITS, random).setBit(0);
        return block("CERTIFICATE", ServerCertificate.make(keys, name, serial, now).getEncoded())
                + block("PRIVATE KEY", keys.getPrivate().getEncoded());
    }

    private static String block(String label, byte[] content) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, body, label);
    }

    private static ServerIdentity read(String text) throws IOException, GeneralSecurityException {
        byte[] key = content(text, "PRIVATE KEY");
        try {
            return new ServerIdentity(
                    KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)),
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(
                                    new ByteArrayInputStream(content(text, "CERTIFICATE"))));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static byte[] content(String text, String label) throws IOException {
        Matcher blocks = BLOCK.matcher(text);
        while (blocks.find()) {
            if (blocks.group(1).equals(label)) {
                return Base64.getMimeDecoder().decode(blocks.group(2));
            }
        }
        throw new IOException("it has no " + label);
    }

    /** What tokens name; SHA-256 of the certificate in DER. */
    public Fingerprint pin() throws ServeException {
        try {
            return Fingerprint.of(Bytes.owning(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new ServeException("cannot encode the server's certificate", e);
        }
    }

    SSLContext context() throws GeneralSecurityException, IOException {
        char[] none = new char[0];
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, none);
        store.setKeyEntry("server", key, none, new Certificate[] {certificate});
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, none);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
