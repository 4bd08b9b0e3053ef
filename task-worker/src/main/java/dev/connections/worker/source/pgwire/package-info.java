/** What servers share that speak PostgreSQL's protocol: its frames, its TLS and its logins. */
@NullMarked
package dev.connections.worker.source.pgwire;

import org.jspecify.annotations.NullMarked;
