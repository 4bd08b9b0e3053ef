/** The OpenAPI document: published, and held against every request. */
@NullMarked
package dev.connections.api.contract;

import org.jspecify.annotations.NullMarked;
