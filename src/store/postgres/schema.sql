-- The table of the `postgres` store. `prepare()` runs this; or run it by hand, then the app needs no right to create tables.
-- The app needs SELECT, INSERT, UPDATE and DELETE on it.

CREATE TABLE IF NOT EXISTS "sealed_sessions" (
    record_key bytea PRIMARY KEY,  -- 16 bytes, a hash of the session id
    expires bigint NOT NULL,       -- Unix seconds
    version bigint NOT NULL,       -- random, new with each write
    data bytea NOT NULL            -- sealed
);

CREATE INDEX IF NOT EXISTS "sealed_sessions_expires" ON "sealed_sessions" (expires);
