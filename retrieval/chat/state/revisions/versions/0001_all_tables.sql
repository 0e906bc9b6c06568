CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE servers (
    guild_id BIGINT PRIMARY KEY, channels TEXT NOT NULL, private BOOLEAN NOT NULL,
    cooldown_s INTEGER NOT NULL, daily_limit INTEGER NOT NULL,
    threads TEXT NOT NULL DEFAULT '[]', roles TEXT NOT NULL DEFAULT '[]',
    person_limit INTEGER NOT NULL DEFAULT 100,
    insights_since DOUBLE PRECISION NOT NULL DEFAULT 0, open TEXT NOT NULL DEFAULT '[]'
);
CREATE TABLE used (
    guild_id BIGINT NOT NULL, day TEXT NOT NULL, questions INTEGER NOT NULL,
    PRIMARY KEY (guild_id, day)
);
CREATE TABLE turns (
    turn_id TEXT PRIMARY KEY, source_id BIGINT NOT NULL UNIQUE, guild_id BIGINT,
    channel_id BIGINT NOT NULL, user_id BIGINT NOT NULL, conversation TEXT NOT NULL,
    private BOOLEAN NOT NULL, kind TEXT NOT NULL, question TEXT NOT NULL,
    asked_at DOUBLE PRECISION NOT NULL, shared BOOLEAN NOT NULL DEFAULT FALSE, answer TEXT,
    heard_until DOUBLE PRECISION
);
CREATE INDEX turns_of_conversation ON turns (conversation, user_id);
CREATE INDEX turns_by_age ON turns (asked_at);
CREATE TABLE messages (
    message_id BIGINT PRIMARY KEY,
    turn_id TEXT NOT NULL REFERENCES turns ON DELETE CASCADE
);
CREATE INDEX messages_of_turn ON messages (turn_id);
CREATE TABLE pending (
    turn_id TEXT PRIMARY KEY REFERENCES turns ON DELETE CASCADE,
    channel_id BIGINT NOT NULL, message_id BIGINT NOT NULL, token TEXT,
    expires_at DOUBLE PRECISION, holder TEXT NOT NULL DEFAULT '',
    held_until DOUBLE PRECISION NOT NULL DEFAULT 0
);
CREATE TABLE feedback (
    turn_id TEXT NOT NULL REFERENCES turns ON DELETE CASCADE, user_id BIGINT NOT NULL,
    good BOOLEAN NOT NULL, reason TEXT, comment TEXT, given_at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (turn_id, user_id)
);
CREATE TABLE watches (
    guild_id BIGINT NOT NULL, channel_id BIGINT NOT NULL, topic TEXT NOT NULL,
    day TEXT, told INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (channel_id, topic)
);
CREATE TABLE spent (day TEXT PRIMARY KEY, tokens BIGINT NOT NULL);
CREATE TABLE replies (key TEXT PRIMARY KEY, reply TEXT NOT NULL, day TEXT NOT NULL);

-- SQLite's own functions, for the queries that both run.
CREATE FUNCTION json_extract(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS
    'SELECT jsonb_path_query_first($1::jsonb, $2::jsonpath) #>> ''{}''';
CREATE FUNCTION json_each(text, text) RETURNS TABLE (value text) LANGUAGE sql IMMUTABLE AS
    'SELECT jsonb_path_query($1::jsonb, ($2 || ''[*]'')::jsonpath)::text';
CREATE FUNCTION date(double precision, text) RETURNS text LANGUAGE sql IMMUTABLE AS
    'SELECT to_char(to_timestamp($1) AT TIME ZONE ''UTC'', ''YYYY-MM-DD'')';
