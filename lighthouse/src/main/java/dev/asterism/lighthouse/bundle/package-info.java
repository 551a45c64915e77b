/**
 * The exchange of revocation bundles between nodes and lighthouses (docs/revocation.md, docs/wire-extensions.md):
 * who has which number is said in one short message, and the newer bundle is fetched in pieces. No peer is trusted
 * with a bundle: what comes is verified by the CAs of this node, and only a newer one counts. Control plane only.
 */
@NullMarked
package dev.asterism.lighthouse.bundle;

import org.jspecify.annotations.NullMarked;
