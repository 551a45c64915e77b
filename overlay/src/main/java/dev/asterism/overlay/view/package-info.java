/**
 * What a node tells about itself to people and programs: immutable copies, made on the control plane's thread by {@link
 * dev.asterism.overlay.node.NodeInspector} and safe on any thread afterwards. Nothing outside the engine sees a tunnel.
 */
@NullMarked
package dev.asterism.overlay.view;

import org.jspecify.annotations.NullMarked;
