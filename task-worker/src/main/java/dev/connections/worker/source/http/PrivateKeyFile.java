package dev.connections.worker.source.http;

import dev.connections.connection.Credential.SecretFile;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailedException;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;

/** RSA keys as users have them: files in PEM with a key of PKCS #8, encrypted or not, or of PKCS #1. */
public final class PrivateKeyFile {
    /** Bits; below the least anybody may sign with, above the most that is worth its time. */
    private static final int SHORTEST = 2_048;

    private static final int LONGEST = 8_192;
    /** Rounds that a password is stretched by; the files come from users, and each round is worker's time. */
    private static final BigInteger MOST_ROUNDS = BigInteger.valueOf(2_000_000);

    private static final byte[] PROBE = {1, 2, 3};

    private static final String MADE_BY = "; openssl pkcs8 -topk8 -v2 aes-256-cbc makes one that workers read";

    private PrivateKeyFile() {}

    /**
     * Opens a file.
     *
     * @throws RunFailedException AUTHENTICATION_FAILED where it holds no such key, or its password does not open it; nothing
     *     of the file is in it
     */
    public static RSAPrivateCrtKey read(SecretFile file) {
        try (PEMParser parser = new PEMParser(new StringReader(file.content().reveal()))) {
            return key(
                    switch (parser.readObject()) {
                        case PrivateKeyInfo plain -> plain;
                        case PEMKeyPair pair -> pair.getPrivateKeyInfo();
                        case PKCS8EncryptedPrivateKeyInfo encrypted -> decrypted(encrypted, file);
                        case null, default ->
                            throw failed("the private key is none in PEM (PKCS #8 or PKCS #1)" + MADE_BY);
                    });
        } catch (IOException | RuntimeException e) {
            if (e instanceof RunFailedException failed) {
                throw failed;
            }
            // What is wrong with its encoding would be words about its bytes.
            throw failed("the private key cannot be read: it is not complete, or no key in PEM");
        }
    }

    private static RSAPrivateCrtKey key(PrivateKeyInfo info) throws IOException {
        try {
            PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
            if (key instanceof RSAPrivateCrtKey rsa) {
                int bits = rsa.getModulus().bitLength();
                if (bits < SHORTEST || bits > LONGEST) {
                    throw failed("the private key has " + bits + " bits; it must have from 2,048 to 8,192");
                }
                checkParts(rsa);
                return rsa;
            }
        } catch (GeneralSecurityException e) {
            // Said below.
        }
        throw failed("the private key is no RSA key");
    }

    /** The JDK looks at the parts of a key when it signs, and says then that it cannot. */
    private static void checkParts(RSAPrivateCrtKey key) {
        boolean fit = key.getPrimeP().multiply(key.getPrimeQ()).equals(key.getModulus());
        try {
            fit = fit && signs(key);
        } catch (GeneralSecurityException | ArithmeticException e) {
            fit = false;
        }
        if (!fit) {
            throw failed("the private key is damaged: its parts do not fit each other");
        }
    }

    private static boolean signs(RSAPrivateCrtKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(PROBE);
        byte[] signed = signature.sign();
        signature.initVerify(publicKeyOf(key));
        signature.update(PROBE);
        return signature.verify(signed);
    }

    /** The key that what was signed is verified with. */
    public static PublicKey publicKeyOf(RSAPrivateCrtKey key) throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
    }

    private static PrivateKeyInfo decrypted(PKCS8EncryptedPrivateKeyInfo encrypted, SecretFile file) {
        if (file.password() == null) {
            throw failed("the private key is encrypted, and the connection has no password for it");
        }
        if (!isStretchedReasonably(encrypted)) {
            throw failed("the private key is encrypted in a way that workers do not open" + MADE_BY);
        }
        try {
            return encrypted.decryptPrivateKeyInfo(new JceOpenSSLPKCS8DecryptorProviderBuilder()
                    // Not registered with the JVM: what else is there goes on with the JDK's own.
                    .setProvider(new BouncyCastleProvider())
                    .build(file.password().reveal().toCharArray()));
        } catch (PKCSException | OperatorCreationException e) {
            throw failed("the password does not open the private key");
        }
    }

    /** PBES2 with PBKDF2 of a bounded number of rounds; scrypt may take any memory. */
    private static boolean isStretchedReasonably(PKCS8EncryptedPrivateKeyInfo encrypted) {
        AlgorithmIdentifier algorithm = encrypted.toASN1Structure().getEncryptionAlgorithm();
        if (!PKCSObjectIdentifiers.id_PBES2.equals(algorithm.getAlgorithm())) {
            return false;
        }
        var derivation = PBES2Parameters.getInstance(algorithm.getParameters()).getKeyDerivationFunc();
        return PKCSObjectIdentifiers.id_PBKDF2.equals(derivation.getAlgorithm())
                && PBKDF2Params.getInstance(derivation.getParameters())
                                .getIterationCount()
                                .compareTo(MOST_ROUNDS)
                        <= 0;
    }

    private static RunFailedException failed(String message) {
        return new RunFailedException(ErrorCode.AUTHENTICATION_FAILED, message, null);
    }
}
