package dev.connections.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.converter.RsaKeyConverters;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

class TokenIssuerTest {
    @TempDir
    Path temporary;

    @Test
    void theResourceServersDecoderAcceptsItsTokens() throws IOException {
        try (DataFolder folder = DataFolder.hold(temporary)) {
            TokenIssuer issuer = TokenIssuer.in(folder);
            Jwt token = decode(issuer.mint(), issuer.publicKey());
            assertThat(token.getSubject()).isEqualTo("standalone");
            assertThat(token.getClaimAsString("scope"))
                    .isEqualTo("connections:read connections:operate connections:manage");
        }
    }

    @Test
    void aTokenFromBeforeARestartStaysGood() throws IOException {
        try (DataFolder folder = DataFolder.hold(temporary)) {
            String old = TokenIssuer.in(folder).mint();
            assertThat(decode(old, TokenIssuer.in(folder).publicKey()).getSubject())
                    .isEqualTo("standalone");
        }
    }

    private static Jwt decode(String token, Path publicKey) throws IOException {
        try (InputStream pem = Files.newInputStream(publicKey)) {
            return NimbusJwtDecoder.withPublicKey(
                            Objects.requireNonNull(RsaKeyConverters.x509().convert(pem)))
                    .build()
                    .decode(token);
        }
    }
}
