-- People, how they sign in, and what they are in the middle of.

CREATE TABLE people (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX people_by_name ON people (name);

-- Sessions and tokens of programs; only the hash of what the holder shows.
CREATE TABLE sessions (
    tenant TEXT NOT NULL,
    hash {bytes} NOT NULL,
    person TEXT NOT NULL,
    scope TEXT NOT NULL,
    begun BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    device TEXT NOT NULL,
    PRIMARY KEY (tenant, hash)
);
CREATE UNIQUE INDEX sessions_by_hash ON sessions (hash);
CREATE INDEX sessions_by_person ON sessions (tenant, person);

-- One-time links: who opens one becomes a person with that role.
CREATE TABLE invitations (
    tenant TEXT NOT NULL,
    hash {bytes} NOT NULL,
    role TEXT NOT NULL,
    ends BIGINT NOT NULL,
    PRIMARY KEY (tenant, hash)
);

-- Incidents, append-only inside their body.
CREATE TABLE incidents (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    changed BIGINT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX incidents_by_time ON incidents (tenant, changed, id);
