/** The OpenAPI document: published, and held against every request. */
@NullMarked
package dev.connections.api.http.contract;

import org.jspecify.annotations.NullMarked;
