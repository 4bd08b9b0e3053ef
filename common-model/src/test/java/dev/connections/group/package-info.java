/** Tests of the package. */
@NullMarked
package dev.connections.group;

import org.jspecify.annotations.NullMarked;
