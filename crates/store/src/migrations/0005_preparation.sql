-- How well an account was prepared, a row a day: the last that was known of that day.
CREATE TABLE scores (
    tenant TEXT NOT NULL,
    account TEXT NOT NULL,
    day BIGINT NOT NULL,
    at BIGINT NOT NULL,
    points BIGINT NOT NULL,
    points_max BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, account, day)
);

-- The chain of evidence of each incident, and its signed ends.
CREATE TABLE chain_links (
    tenant TEXT NOT NULL,
    incident TEXT NOT NULL,
    number BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, incident, number)
);
CREATE TABLE chain_heads (
    tenant TEXT NOT NULL,
    incident TEXT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, incident, at)
);

-- What a program was answered, so that the same request sent twice is done once.
CREATE TABLE answers (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    request TEXT NOT NULL,
    at BIGINT NOT NULL,
    status BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, name)
);
