/** Every error of the API as a problem document (RFC 9457). */
@NullMarked
package dev.connections.api.http.problem;

import org.jspecify.annotations.NullMarked;
