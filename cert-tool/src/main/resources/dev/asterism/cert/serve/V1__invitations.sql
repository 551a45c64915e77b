-- Times are Unix seconds. Bytes are lower-case hex, lists are separated by commas.
CREATE TABLE enrolment_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    database_id TEXT NOT NULL,
    consumed BIGINT NOT NULL,
    url TEXT NOT NULL
);

CREATE TABLE invitation (
    id TEXT PRIMARY KEY,
    secret_digest TEXT NOT NULL,
    name TEXT NOT NULL,
    networks TEXT NOT NULL,
    unsafe_networks TEXT NOT NULL,
    host_groups TEXT NOT NULL,
    versions TEXT NOT NULL,
    lifetime BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    not_after BIGINT NOT NULL,
    voided_at BIGINT,
    used_at BIGINT,
    used_key TEXT,
    certificates TEXT
);

-- A row for what a host got at once; the fingerprint is that of the lowest version.
CREATE TABLE issued (
    fingerprint TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    public_key TEXT NOT NULL,
    not_before BIGINT NOT NULL,
    not_after BIGINT NOT NULL,
    invitation TEXT UNIQUE,
    renewed_from TEXT UNIQUE,
    issued_at BIGINT NOT NULL,
    certificates TEXT NOT NULL
);

CREATE INDEX invitation_open ON invitation (not_after);
