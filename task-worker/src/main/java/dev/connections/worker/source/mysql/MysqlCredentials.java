package dev.connections.worker.source.mysql;

import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.HostAddress;
import org.mariadb.jdbc.plugin.Credential;
import org.mariadb.jdbc.plugin.CredentialPlugin;

/**
 * Begins a login with a proof of the password, whichever way the server proposes; the server then asks for the account's own
 * way. The driver by itself would try the proposed one, and fail where that is not allowed. Public because the driver makes
 * it.
 */
public final class MysqlCredentials implements CredentialPlugin {
    static final String TYPE = "proof";

    private @Nullable Configuration configuration;

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String defaultAuthenticationPluginType() {
        return "mysql_native_password";
    }

    @Override
    public CredentialPlugin initialize(Configuration wanted, String user, HostAddress address) {
        configuration = wanted;
        return this;
    }

    @Override
    public Credential get() {
        Configuration wanted = configuration;
        if (wanted == null) {
            throw new IllegalStateException("nobody logs in");
        }
        return new Credential(wanted.user(), wanted.password());
    }
}
