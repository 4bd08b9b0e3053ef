/** The catalog's data objects as stored: their types, their details, and the rule of activation. */
@NullMarked
package dev.connections.catalog;

import org.jspecify.annotations.NullMarked;
