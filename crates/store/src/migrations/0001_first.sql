-- Times are microseconds since 1970 (UTC). {bytes} becomes the engine's type for bytes.

-- Keys: one data key a tenant, wrapped by the master key.
CREATE TABLE data_keys (
    tenant TEXT NOT NULL,
    wrapped {bytes} NOT NULL,
    PRIMARY KEY (tenant)
);

-- Records: bytes as received, compressed and sealed.
CREATE TABLE records (
    tenant TEXT NOT NULL,
    digest {bytes} NOT NULL,
    account TEXT NOT NULL,
    source TEXT NOT NULL,
    at BIGINT NOT NULL,
    size BIGINT NOT NULL,
    body {bytes} NOT NULL,
    PRIMARY KEY (tenant, digest)
);
CREATE INDEX records_by_account ON records (tenant, account, at, digest);

-- What was read from a record; can be made again.
CREATE TABLE evidence (
    tenant TEXT NOT NULL,
    record {bytes} NOT NULL,
    account TEXT NOT NULL,
    at BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    knowledge TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, record)
);
CREATE INDEX evidence_by_time ON evidence (tenant, at, record);
CREATE INDEX evidence_by_verdict ON evidence (tenant, verdict, at, record);

-- Events: at once the history of an account and the log that detection reads.
CREATE TABLE events (
    tenant TEXT NOT NULL,
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    happened BIGINT NOT NULL,
    learned BIGINT NOT NULL,
    record {bytes},
    part BIGINT NOT NULL,
    pos BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, account, id)
);
CREATE UNIQUE INDEX events_by_position ON events (part, pos);
CREATE INDEX events_by_account ON events (tenant, account, happened, id);
CREATE INDEX events_by_time ON events (tenant, happened, id);
CREATE INDEX events_by_kind ON events (tenant, kind, happened, id);
CREATE INDEX events_by_record ON events (tenant, record);

-- The 256 partitions: how far each is written, and who serves it how far.
CREATE TABLE log_heads (
    part BIGINT NOT NULL PRIMARY KEY,
    head BIGINT NOT NULL
);
CREATE TABLE log_leases (
    part BIGINT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    done BIGINT NOT NULL
);
INSERT INTO log_heads (part, head)
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 255)
    SELECT i, 0 FROM n;
INSERT INTO log_leases (part, owner, epoch, expires, done)
    SELECT part, '', 0, 0, 0 FROM log_heads;

-- What is known of an account now, by group and store.
CREATE TABLE snapshots (
    tenant TEXT NOT NULL,
    account TEXT NOT NULL,
    topic TEXT NOT NULL,
    store TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, account, topic, store)
);

-- Detection's memory of an account: a small part that every event touches, a large one that few do.
CREATE TABLE states (
    tenant TEXT NOT NULL,
    account TEXT NOT NULL,
    version BIGINT NOT NULL,
    hot {bytes} NOT NULL,
    PRIMARY KEY (tenant, account)
);
CREATE TABLE states_cold (
    tenant TEXT NOT NULL,
    account TEXT NOT NULL,
    cold {bytes} NOT NULL,
    PRIMARY KEY (tenant, account)
);

-- Alerts, what people did with them, and who was told.
CREATE TABLE alerts (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    level BIGINT NOT NULL,
    state TEXT NOT NULL,
    pending BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX alerts_by_need ON alerts (tenant, pending, level, changed, id);
CREATE INDEX alerts_pending ON alerts (tenant, account, id) WHERE pending = 1;
CREATE INDEX alerts_by_account ON alerts (tenant, account, changed, id);
CREATE INDEX alerts_by_state ON alerts (tenant, state, changed, id);
CREATE INDEX alerts_by_time ON alerts (tenant, changed, id);
CREATE TABLE alert_deeds (
    tenant TEXT NOT NULL,
    alert TEXT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    deed TEXT NOT NULL,
    says TEXT NOT NULL,
    PRIMARY KEY (tenant, alert, number)
);
CREATE TABLE receipts (
    tenant TEXT NOT NULL,
    alert TEXT NOT NULL,
    revision BIGINT NOT NULL,
    channel TEXT NOT NULL,
    at BIGINT NOT NULL,
    says TEXT NOT NULL,
    PRIMARY KEY (tenant, alert, revision, channel)
);

-- Jobs: state 0 waits, 1 is done, 2 is poisoned.
CREATE TABLE jobs (
    tenant TEXT NOT NULL,
    kind TEXT NOT NULL,
    input TEXT NOT NULL,
    state BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    claims BIGINT NOT NULL,
    due BIGINT NOT NULL,
    owner TEXT NOT NULL,
    payload TEXT NOT NULL,
    trouble TEXT NOT NULL,
    PRIMARY KEY (tenant, kind, input)
);
CREATE INDEX jobs_due ON jobs (kind, due, tenant, input) WHERE state = 0;
CREATE INDEX jobs_held ON jobs (owner) WHERE state = 0 AND owner <> '';
CREATE INDEX jobs_done ON jobs (due) WHERE state = 1;
CREATE INDEX jobs_poisoned ON jobs (tenant, due, kind, input) WHERE state = 2;

-- Numbers that pages show, kept instead of counted.
CREATE TABLE counts (
    tenant TEXT NOT NULL,
    what TEXT NOT NULL,
    account TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (tenant, what, account)
);

-- Words of people: only ever added.
CREATE TABLE words (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    subject TEXT NOT NULL,
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX words_by_kind ON words (tenant, kind, at, id);
CREATE INDEX words_by_subject ON words (tenant, kind, subject, at, id);
CREATE INDEX words_by_account ON words (tenant, account, at, id);

-- Accounts and the sources that are read for them.
CREATE TABLE accounts (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    marketplace TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE TABLE sources (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    settings TEXT NOT NULL,
    cursor TEXT NOT NULL,
    seen BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE TABLE secrets (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    sealed {bytes} NOT NULL,
    changed BIGINT NOT NULL,
    PRIMARY KEY (tenant, name)
);

-- Audit log: each entry names the hash of the one before.
CREATE TABLE audit (
    tenant TEXT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    deed TEXT NOT NULL,
    subject TEXT NOT NULL,
    says TEXT NOT NULL,
    before {bytes} NOT NULL,
    hash {bytes} NOT NULL,
    PRIMARY KEY (tenant, number)
);
CREATE TABLE audit_heads (
    tenant TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL,
    hash {bytes} NOT NULL
);
