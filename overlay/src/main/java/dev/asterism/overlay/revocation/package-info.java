/**
 * Revocation bundles (docs/revocation.md): a numbered list of refused certificates, signed by a key that a CA has
 * delegated. {@link dev.asterism.overlay.revocation.RevocationBundle} is one, {@link
 * dev.asterism.overlay.revocation.Delegation} says who may sign it, {@link
 * dev.asterism.overlay.revocation.BundlesInForce} is what a node goes by. Values are immutable; nothing here sends,
 * stores or knows the time.
 */
@NullMarked
package dev.asterism.overlay.revocation;

import org.jspecify.annotations.NullMarked;
