-- A host is looked up by its key when it renews.
CREATE INDEX issued_key ON issued (public_key);
