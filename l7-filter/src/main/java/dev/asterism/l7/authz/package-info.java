/**
 * Who may do what: {@link dev.asterism.l7.authz.AuthzSpec} is what a file says, {@link
 * dev.asterism.l7.authz.Authorizer} the same compiled. The request path and {@code explain} ask the same object.
 * Pure; immutable and safe on any thread.
 */
@NullMarked
package dev.asterism.l7.authz;

import org.jspecify.annotations.NullMarked;
