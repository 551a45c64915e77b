-- What any of the issuers has in the record of its CA: no issuer gives a certificate to such a key.
CREATE TABLE revoked_key (
    public_key TEXT PRIMARY KEY,
    told_at BIGINT NOT NULL
);
