/** The JSON mapper for messages and stored documents, and the generation of ids. */
@NullMarked
package dev.connections.json;

import org.jspecify.annotations.NullMarked;
