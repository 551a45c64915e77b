package dev.asterism.lighthouse.services;

/** By which rule a host's service is not taken. The numbers are those of the wire. */
public enum Refusal {
    /** The certificate has no group of the service's name. */
    NOT_IN_GROUPS(1, "its certificate has no group of that name"),
    /** As many hosts offer it as may. */
    SERVICE_FULL(2, "too many hosts offer it"),
    /** The lighthouse keeps as many as it may. */
    TABLE_FULL(3, "the lighthouse keeps as many services as it may"),
    /** The same service twice in one message. */
    REPEATED(4, "it is named twice");

    private final int number;
    private final String text;

    Refusal(int number, String text) {
        this.number = number;
        this.text = text;
    }

    int number() {
        return number;
    }

    /** A clause without a full stop. */
    public String text() {
        return text;
    }
}
