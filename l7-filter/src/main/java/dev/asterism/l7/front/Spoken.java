package dev.asterism.l7.front;

/** What clients of a port may speak. */
public enum Spoken {
    /** HTTP/2 when the first bytes are its preface, else HTTP/1. */
    HTTP,
    HTTP_2,
    /** {@link #HTTP} when the first bytes may be its beginning, else {@link #TCP}. */
    DETECTED,
    /** Anything: it is not looked at. */
    TCP;

    /**
     * What is to be expected on a port. Where the server speaks first, nobody waits for the client: 25 and 587 SMTP,
     * 3306 MySQL, 5432 PostgreSQL, 6379 Redis, 9300 Elasticsearch, 11211 memcached.
     */
    public static Spoken onPort(int port) {
        return switch (port) {
            case 25, 587, 3306, 5432, 6379, 9300, 11211 -> TCP;
            default -> DETECTED;
        };
    }
}
