/**
 * System calls through java.lang.foreign: {@link dev.asterism.tun.libc.Libc} is the contract,
 * {@link dev.asterism.tun.libc.LinuxLibc} the kernel. Stateless but for the {@link
 * dev.asterism.tun.libc.Errno} that every caller owns: one per thread.
 */
@NullMarked
package dev.asterism.tun.libc;

import org.jspecify.annotations.NullMarked;
