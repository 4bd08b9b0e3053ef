/** What the HTTP server accepts before it knows who sends it: how many connections, how slow a head, how large a body. */
@NullMarked
package dev.connections.api.http.connector;

import org.jspecify.annotations.NullMarked;
