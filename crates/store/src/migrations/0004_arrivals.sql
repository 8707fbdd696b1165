-- Hooks that came in, by what their sender calls them: one brought twice is one.
CREATE TABLE arrivals (
    tenant TEXT NOT NULL,
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant, source, id)
);
CREATE INDEX arrivals_by_time ON arrivals (at);

-- What a source was brought that was not believed: how often, when last, and why.
CREATE TABLE refusals (
    tenant TEXT NOT NULL,
    source TEXT NOT NULL,
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    says TEXT NOT NULL,
    PRIMARY KEY (tenant, source)
);
