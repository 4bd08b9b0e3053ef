package dev.connections.connection;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;

/** How a connection logs in, with its secrets in clear; the shapes are the contract's. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "authenticationType")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Credential.UsernamePassword.class, name = "UsernamePassword"),
    @JsonSubTypes.Type(value = Credential.AccessToken.class, name = "AccessToken"),
    @JsonSubTypes.Type(value = Credential.KeyPair.class, name = "KeyPair"),
    @JsonSubTypes.Type(value = Credential.OAuthWithSecret.class, name = "OAuthWithSecret"),
    @JsonSubTypes.Type(value = Credential.OAuthWithCertificate.class, name = "OAuthWithCertificate"),
    @JsonSubTypes.Type(value = Credential.ServiceAccountKey.class, name = "ServiceAccountKey"),
    @JsonSubTypes.Type(value = Credential.AccessKey.class, name = "AccessKey")
})
public sealed interface Credential {
    /** A user name and, if the source requires one, a password. */
    record UsernamePassword(String username, @Nullable Secret password) implements Credential {}

    /** A personal or service token. */
    record AccessToken(Secret token) implements Credential {}

    /** A user name and a private key. */
    record KeyPair(String username, SecretFile privateKey) implements Credential {}

    /** OAuth client credentials with a shared secret. */
    record OAuthWithSecret(
            String clientId,
            Secret clientSecret,
            @Nullable String authorityUrl,
            @Nullable String scope,
            @Nullable String resource)
            implements Credential {}

    /** OAuth client credentials with a certificate. */
    record OAuthWithCertificate(
            String clientId,
            String authorityUrl,
            String scope,
            String publicCertificateThumbprint,
            @Nullable String resource,
            SecretFile privateKey)
            implements Credential {}

    /** A service account's key file. */
    record ServiceAccountKey(SecretFile key) implements Credential {}

    /** An access key id and its secret. */
    record AccessKey(
            String accessKeyId,
            Secret secretAccessKey,
            @Nullable Secret sessionToken) implements Credential {}

    /** A file that is a secret, and the password that opens it. */
    record SecretFile(
            @Nullable String filename,
            Secret content,
            @Nullable Secret password) {}
}
