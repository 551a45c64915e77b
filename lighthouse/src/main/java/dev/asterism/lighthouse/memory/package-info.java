/** What a node keeps of its peers' addresses over a restart; the agent owns the file. */
@NullMarked
package dev.asterism.lighthouse.memory;

import org.jspecify.annotations.NullMarked;
