package dev.asterism.cert.serve;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;

/**
 * Finds addresses for names as the JDK does, and never a name for an address: the JDK's server for HTTPS asks for the
 * name of each client before it says a word to it. That takes seconds where no name server answers, and strangers have
 * name servers of their own; as no other thread runs meanwhile, a few hundred addresses stop the server. The JDK finds
 * this class by the services of the class path, for all of the process.
 */
public final class NoReverseLookups extends InetAddressResolverProvider {

    @Override
    public InetAddressResolver get(Configuration configuration) {
        InetAddressResolver system = configuration.builtinResolver();
        return new InetAddressResolver() {

            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
                    throws UnknownHostException {
                return system.lookupByName(host, policy);
            }

            // The caller uses the address in place of a name then.
            @Override
            public String lookupByAddress(byte[] address) throws UnknownHostException {
                throw new UnknownHostException("names of clients are not looked up");
            }
        };
    }

    @Override
    public String name() {
        return "no reverse lookups";
    }
}
