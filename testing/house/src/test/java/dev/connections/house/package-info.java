/** The rules of the house, held against the classes of all modules. */
@NullMarked
package dev.connections.house;

import org.jspecify.annotations.NullMarked;
