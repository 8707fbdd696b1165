-- How a source fares: stopped by a person, what is wrong in plain words, when it is tried again.
ALTER TABLE sources ADD COLUMN paused BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN trouble TEXT NOT NULL DEFAULT '';
ALTER TABLE sources ADD COLUMN next_try BIGINT NOT NULL DEFAULT 0;
