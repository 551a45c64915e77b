/**
 * Discovery: where peers are. Entry is {@link dev.asterism.lighthouse.Discovery}; everything runs on the
 * control plane's thread. Nebula counterpart: LightHouse.
 */
@NullMarked
package dev.asterism.lighthouse;

import org.jspecify.annotations.NullMarked;
