package dev.asterism.l7.front;

import dev.asterism.l7.exchange.RequestHandler;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.pipe.PipeHandler;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection leads.
 *
 * @param handler of its requests
 * @param pipes of bytes that are no requests
 * @param ours whether HTTP/1 is for the handler, by the head of its first request, which is lent for the call; what is
 *     not is carried as bytes. Null: all HTTP is
 */
public record Destined(RequestHandler handler, PipeHandler pipes, @Nullable Predicate<Head> ours) {}
