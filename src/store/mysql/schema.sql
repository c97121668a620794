-- The table of the `mysql` store, for MySQL and MariaDB. `prepare()` runs this; or run it by hand, then the app needs no right
-- to create tables. The app needs SELECT, INSERT, UPDATE and DELETE on it.

CREATE TABLE IF NOT EXISTS `sealed_sessions` (
    record_key BINARY(16) NOT NULL COMMENT 'a hash of the session id',
    expires BIGINT NOT NULL COMMENT 'Unix seconds',
    version BIGINT NOT NULL COMMENT 'random, new with each write',
    data MEDIUMBLOB NOT NULL COMMENT 'sealed',
    PRIMARY KEY (record_key),
    KEY `sealed_sessions_expires` (expires)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4;
