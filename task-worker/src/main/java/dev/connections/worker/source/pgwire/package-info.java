/** What servers share that speak PostgreSQL's protocol: its frames, its TLS, its logins, and a login for each database. */
@NullMarked
package dev.connections.worker.source.pgwire;

import org.jspecify.annotations.NullMarked;
