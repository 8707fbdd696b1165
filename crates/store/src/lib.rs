//! Records, events, alerts, queue: SQLite and PostgreSQL.
