/**
 * Where requests go: {@link dev.asterism.l7.route.RouteSpec} is what a file says, {@link
 * dev.asterism.l7.route.Routes} the routes of one service compiled. Pure. Tables are immutable and safe on any
 * thread; what a match writes into belongs to one loop.
 */
@NullMarked
package dev.asterism.l7.route;

import org.jspecify.annotations.NullMarked;
