/** Pages of lists, and the cursors that continue them. */
@NullMarked
package dev.connections.api.http.page;

import org.jspecify.annotations.NullMarked;
