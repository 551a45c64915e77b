/**
 * Who calls: {@link dev.asterism.l7.identity.Caller} is what a tunnel's certificate says of a peer, {@link
 * dev.asterism.l7.identity.Selector} picks callers by it, {@link dev.asterism.l7.identity.IdentityHeaders} tells
 * applications. Pure. Callers and selectors are immutable and safe on any thread, what writes headers belongs to one
 * loop. Nebula knows name and groups of a certificate only in its firewall.
 */
@NullMarked
package dev.asterism.l7.identity;

import org.jspecify.annotations.NullMarked;
