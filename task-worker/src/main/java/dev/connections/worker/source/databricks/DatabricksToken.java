package dev.connections.worker.source.databricks;

import dev.connections.connection.ClientConfiguration.Databricks;
import dev.connections.connection.Credential;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.http.AccessTokens;
import dev.connections.worker.source.http.TokenGrant;
import org.jspecify.annotations.Nullable;

/** What a request proves itself with: the connection's own token, or one that its client gets for an hour. */
final class DatabricksToken implements AutoCloseable {
    private static final String TOKENS_OF_WORKSPACE = "/oidc/v1/token";
    private static final String ALL_APIS = "all-apis";

    private final @Nullable String fixed;
    private final @Nullable AccessTokens client;

    private DatabricksToken(@Nullable String fixed, @Nullable AccessTokens client) {
        this.fixed = fixed;
        this.client = client;
    }

    static DatabricksToken of(Databricks workspace, SourceDialer dialer, Execution execution) {
        return switch (workspace.credential()) {
            case Credential.AccessToken given ->
                new DatabricksToken(given.token().reveal(), null);
            case Credential.OAuthWithSecret secret ->
                ofClient(
                        dialer,
                        execution,
                        secret.authorityUrl() == null
                                ? TokenGrant.toClient(
                                        DatabricksSession.targetOf(workspace), TOKENS_OF_WORKSPACE, secret, ALL_APIS)
                                : TokenGrant.toClient(secret));
            case Credential.OAuthWithCertificate certificate ->
                ofClient(dialer, execution, TokenGrant.toClient(certificate));
            case Credential.UsernamePassword other -> throw unexpected();
            case Credential.KeyPair other -> throw unexpected();
            case Credential.ServiceAccountKey other -> throw unexpected();
            case Credential.AccessKey other -> throw unexpected();
        };
    }

    private static DatabricksToken ofClient(SourceDialer dialer, Execution execution, TokenGrant grant) {
        return new DatabricksToken(null, AccessTokens.of(dialer, execution, grant));
    }

    private static IllegalStateException unexpected() {
        return new IllegalStateException("the contract has no such credential for Databricks");
    }

    /** The token of now. */
    String value() throws Exception {
        if (client != null) {
            return client.token();
        }
        return String.valueOf(fixed);
    }

    /** Whether a refused token is replaced; it may have run out while nobody looked. */
    boolean renews() {
        if (client == null) {
            return false;
        }
        client.forget();
        return true;
    }

    /** What the workspace said, without its words where they repeat what is no secret of the connection as it is. */
    RequestRefusedException hidden(RequestRefusedException refused) {
        String said = refused.getMessage();
        return said != null && client != null && client.isRepeatedBy(said)
                ? new RequestRefusedException(refused.status(), refused.code(), null)
                : refused;
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
    }
}
