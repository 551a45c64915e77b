/**
 * Which endpoint gets the next request: {@link dev.asterism.l7.balance.BalancePolicy} is what a file says, a {@link
 * dev.asterism.l7.balance.Balancer} picks among {@link dev.asterism.l7.balance.Load}s. Pure; time and randomness are
 * parameters. Policies are immutable; everything else belongs to one loop.
 */
@NullMarked
package dev.asterism.l7.balance;

import org.jspecify.annotations.NullMarked;
