package dev.asterism.agent.net;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.WireParseException;
import org.xbill.DNS.lookup.InvalidZoneDataException;
import org.xbill.DNS.lookup.RedirectLoopException;
import org.xbill.DNS.lookup.RedirectOverflowException;
import org.xbill.DNS.lookup.ServerFailedException;

/** Says in words why a name could not be looked up. */
final class DnsFailure {

    private DnsFailure() {}

    static String inWords(@Nullable Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case null -> "the look-up failed without a reason";
            case TimeoutException _, SocketTimeoutException _ -> "no DNS server answered in time";
            case ServerFailedException _ -> "the DNS server failed (SERVFAIL)";
            case ConnectException _, PortUnreachableException _ ->
                    "no DNS server is running at the address in /etc/resolv.conf (connection refused)";
            case NoRouteToHostException _ -> "there is no route to the DNS server";
            case RedirectLoopException _, RedirectOverflowException _ ->
                    "the name leads from alias to alias (CNAME) without end";
            case InvalidZoneDataException _, WireParseException _ ->
                    "the DNS server's answer could not be read";
            default -> fromMessage(cause);
        };
    }

    private static String fromMessage(Throwable cause) {
        String message = String.valueOf(cause.getMessage()).strip();
        boolean isJava =
                message.isEmpty()
                        || message.equals("null")
                        || message.matches("[\\w$.]+Exception.*");
        return "the look-up failed" + (isJava ? "" : ": " + message);
    }
}
