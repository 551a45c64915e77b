/**
 * Routes that were written for other meshes, in our own language: the Gateway API's HTTPRoute and GRPCRoute, Istio's
 * VirtualService and DestinationRule, Linkerd's ServiceProfile. {@link dev.asterism.l7.foreign.ForeignFiles} turns
 * documents into the map {@code l7.services}, every part with the place of what it was made from; {@link
 * dev.asterism.l7.foreign.Importer} makes a text of it that our own reader accepts. What cannot be said in our language
 * is named with its place, and nothing else is left out. Pure. Source: docs/l7.md, docs/adr/0053-foreign-routes.md.
 */
@NullMarked
package dev.asterism.l7.foreign;

import org.jspecify.annotations.NullMarked;
