-- How the one connection is set up. The order matters: exclusive before WAL means the index of
-- the log lives in memory and no second process can ever see a half-written one.
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA page_size = 4096;
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
-- A commit returns when it is on the disk: 0.3 ms each, a few times a minute.
PRAGMA synchronous = FULL;
PRAGMA fullfsync = 1;
PRAGMA checkpoint_fullfsync = 1;
PRAGMA foreign_keys = ON;
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
-- What a person deletes is overwritten, not just forgotten.
PRAGMA secure_delete = ON;
PRAGMA temp_store = MEMORY;
PRAGMA mmap_size = 0;
PRAGMA journal_size_limit = 4194304;
PRAGMA wal_autocheckpoint = 400;
