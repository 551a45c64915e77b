package dev.asterism.l7.http1;

import dev.asterism.l7.exchange.Workspace;

/** What the HTTP/1 connections of one loop share: none keeps anything in it between calls. */
public record Http1Codec(
        Workspace workspace,
        RequestHeadParser requests,
        AnswerHeadParser answers,
        FieldSection fields) {

    public static Http1Codec of(Workspace workspace) {
        return new Http1Codec(
                workspace,
                new RequestHeadParser(workspace.names(), workspace.limits()),
                new AnswerHeadParser(workspace.names(), workspace.limits()),
                new FieldSection(workspace.names(), workspace.limits()));
    }

    BodyReader bodyReader() {
        return new BodyReader(fields);
    }
}
