/** The catalog's data objects as they are stored: the closed sets, their inside, and the rule of activation. */
@NullMarked
package dev.connections.catalog;

import org.jspecify.annotations.NullMarked;
