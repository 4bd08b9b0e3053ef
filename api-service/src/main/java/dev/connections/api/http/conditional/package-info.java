/** Conditional requests of RFC 9110: entity tags on answers, If-None-Match and If-Match on requests. */
@NullMarked
package dev.connections.api.http.conditional;

import org.jspecify.annotations.NullMarked;
