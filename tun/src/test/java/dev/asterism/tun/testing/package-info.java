/** What the kernel tests of this module share: private network namespaces and leak counts. */
@NullMarked
package dev.asterism.tun.testing;

import org.jspecify.annotations.NullMarked;
