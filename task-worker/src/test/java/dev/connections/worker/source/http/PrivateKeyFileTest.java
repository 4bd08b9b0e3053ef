package dev.connections.worker.source.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.connections.connection.Credential.SecretFile;
import dev.connections.connection.Secret;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailedException;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files are what openssl makes. */
class PrivateKeyFileTest {
    @ParameterizedTest
    @ValueSource(strings = {"pkcs8.pem", "pkcs1.pem", "pkcs8-des3.pem", "pkcs8-aes256.pem"})
    void filesOfOpensslAreRead(String name) {
        assertThat(PrivateKeyFile.read(file(TestKey.file(name), TestKey.PASSWORD))
                        .getModulus())
                .isEqualTo(TestKey.publicKey().getModulus());
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
                    rsa-1024.pem,          "has 1024 bits"
                    ec.pem,                "no RSA key"
                    public.pem,            "none in PEM"
                    public.sha256,         "none in PEM"
                    pkcs8-scrypt.pem,      "in a way that workers do not open"
                    pkcs8-many-rounds.pem, "in a way that workers do not open"
                    """)
    void whatIsNoKeyIsSaidSo(String name, String said) {
        assertThat(failure(TestKey.file(name), TestKey.PASSWORD)).contains(said);
    }

    /** The JDK reads such a key, and says what is wrong with it when it signs. */
    @Test
    void aKeyWhosePartsDoNotFitIsSaidSo() throws Exception {
        RSAPrivateCrtKey key = PrivateKeyFile.read(file(TestKey.file("pkcs8.pem"), null));
        for (BigInteger p : List.of(BigInteger.ZERO, key.getPrimeQ())) {
            byte[] damaged = KeyFactory.getInstance("RSA")
                    .generatePrivate(new RSAPrivateCrtKeySpec(
                            key.getModulus(),
                            key.getPublicExponent(),
                            key.getPrivateExponent(),
                            p,
                            key.getPrimeQ(),
                            key.getPrimeExponentP(),
                            key.getPrimeExponentQ(),
                            key.getCrtCoefficient()))
                    .getEncoded();
            String pem = "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder().encodeToString(damaged) + "\n-----END PRIVATE KEY-----\n";
            assertThat(failure(pem, null)).contains(p.signum() == 0 ? "no RSA key" : "damaged");
        }
    }

    @Test
    void aPasswordThatIsMissingOrWrongIsSaidSo() {
        String encrypted = TestKey.file("pkcs8-aes256.pem");
        assertThat(failure(encrypted, null)).contains("has no password");
        assertThat(failure(encrypted, "wr0ng")).contains("does not open").doesNotContain("wr0ng");
        assertThat(failure(TestKey.file("pkcs8-des3.pem"), "wr0ng")).contains("does not open");
    }

    /** An exception of a parser would show bytes of the key. */
    @Test
    void nothingOfABrokenFileIsShown() {
        String whole = TestKey.file("pkcs8.pem");
        for (String broken : List.of(
                whole.substring(0, whole.length() / 2),
                whole.replace("END", "ENDE"),
                whole.replace("MII", "M!!"),
                whole.replace("MII", "AAA"),
                whole.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
                whole.replace("\n", ""),
                "{}")) {
            assertThat(failure(broken, TestKey.PASSWORD)).contains("private key");
        }
    }

    private static String failure(String content, @Nullable String password) {
        RunFailedException failed =
                catchThrowableOfType(RunFailedException.class, () -> PrivateKeyFile.read(file(content, password)));
        assertThat(failed.error().code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
        assertThat(failed).hasNoCause();
        return failed.error().message();
    }

    private static SecretFile file(String content, @Nullable String password) {
        return new SecretFile(null, new Secret(content), password == null ? null : new Secret(password));
    }
}
