/** The OpenAPI document: publishes it and validates every request against it. */
@NullMarked
package dev.connections.api.http.contract;

import org.jspecify.annotations.NullMarked;
