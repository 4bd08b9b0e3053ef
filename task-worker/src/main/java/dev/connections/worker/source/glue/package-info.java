/** Everything that knows the AWS Glue Data Catalog as a source. */
@NullMarked
package dev.connections.worker.source.glue;

import org.jspecify.annotations.NullMarked;
