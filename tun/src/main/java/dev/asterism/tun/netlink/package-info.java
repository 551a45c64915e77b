/**
 * rtnetlink by hand: addresses, link settings and routes ({@link
 * dev.asterism.tun.netlink.RouteNetlink}), and news about the host's addresses ({@link
 * dev.asterism.tun.netlink.AddressEvents}). An instance belongs to one thread.
 */
@NullMarked
package dev.asterism.tun.netlink;

import org.jspecify.annotations.NullMarked;
