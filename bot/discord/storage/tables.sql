-- What makes each version of SQLite's tables from the one before; a change is a further version.

-- version 1
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE servers (
    guild_id INTEGER PRIMARY KEY, channels TEXT NOT NULL, private INTEGER NOT NULL,
    cooldown_s INTEGER NOT NULL, daily_limit INTEGER NOT NULL
);
CREATE TABLE used (
    guild_id INTEGER NOT NULL, day TEXT NOT NULL, questions INTEGER NOT NULL,
    PRIMARY KEY (guild_id, day)
);
CREATE TABLE turns (
    turn_id TEXT PRIMARY KEY, source_id INTEGER NOT NULL UNIQUE, guild_id INTEGER,
    channel_id INTEGER NOT NULL, user_id INTEGER NOT NULL, conversation TEXT NOT NULL,
    private INTEGER NOT NULL, kind TEXT NOT NULL, question TEXT NOT NULL,
    asked_at REAL NOT NULL, shared INTEGER NOT NULL DEFAULT 0, answer TEXT
);
CREATE INDEX turns_of_conversation ON turns (conversation, user_id);
CREATE INDEX turns_by_age ON turns (asked_at);
CREATE TABLE messages (
    message_id INTEGER PRIMARY KEY,
    turn_id TEXT NOT NULL REFERENCES turns ON DELETE CASCADE
);
CREATE INDEX messages_of_turn ON messages (turn_id);
CREATE TABLE pending (
    turn_id TEXT PRIMARY KEY REFERENCES turns ON DELETE CASCADE,
    channel_id INTEGER NOT NULL, message_id INTEGER NOT NULL, token TEXT, expires_at REAL
);
CREATE TABLE feedback (
    turn_id TEXT NOT NULL REFERENCES turns ON DELETE CASCADE, user_id INTEGER NOT NULL,
    good INTEGER NOT NULL, reason TEXT, comment TEXT, given_at REAL NOT NULL,
    PRIMARY KEY (turn_id, user_id)
);

-- version 2
ALTER TABLE turns ADD COLUMN heard_until REAL;

-- version 3
ALTER TABLE servers ADD COLUMN threads TEXT NOT NULL DEFAULT '[]';
ALTER TABLE servers ADD COLUMN roles TEXT NOT NULL DEFAULT '[]';
ALTER TABLE servers ADD COLUMN person_limit INTEGER NOT NULL DEFAULT 100;

-- version 4
ALTER TABLE servers ADD COLUMN insights_since REAL NOT NULL DEFAULT 0;

-- version 5
ALTER TABLE servers ADD COLUMN open TEXT NOT NULL DEFAULT '[]';

-- version 6
CREATE TABLE watches (
    guild_id INTEGER NOT NULL, channel_id INTEGER NOT NULL, topic TEXT NOT NULL,
    day TEXT, told INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (channel_id, topic)
);

-- version 7
ALTER TABLE pending ADD COLUMN holder TEXT NOT NULL DEFAULT 'the one bot';
ALTER TABLE pending ADD COLUMN held_until REAL NOT NULL DEFAULT 0;
