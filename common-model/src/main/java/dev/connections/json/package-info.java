/** The one JSON mapper of the messages and of the stored documents, and new ids. */
@NullMarked
package dev.connections.json;

import org.jspecify.annotations.NullMarked;
