/**
 * Which peer carries packets for networks outside the overlay ({@code tun.unsafe_routes}, spec
 * behaviour.md 5.1 and 5.2). Entry type: {@link dev.asterism.overlay.route.RouteTable}. Everything
 * is immutable and safe on any thread. Nebula: {@code routing}.
 */
@NullMarked
package dev.asterism.overlay.route;

import org.jspecify.annotations.NullMarked;
