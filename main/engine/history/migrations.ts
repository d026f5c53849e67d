/**
 * The database's schema, step by step. A step that has been released is never edited: a change is a new step. The
 * number of steps a database has seen is its `user_version`.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE runners (
    id   INTEGER PRIMARY KEY,
    key  TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
  ) STRICT;

  CREATE TABLE jobs (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    gitlab_id      INTEGER NOT NULL,
    gitlab_url     TEXT NOT NULL,
    runner_id      INTEGER NOT NULL REFERENCES runners (id),
    name           TEXT NOT NULL,
    project        TEXT NOT NULL,
    ref            TEXT NOT NULL,
    sha            TEXT NOT NULL,
    image          TEXT NOT NULL,
    url            TEXT,
    pipeline_id    INTEGER,
    timeout        INTEGER NOT NULL,
    accepted_at    INTEGER NOT NULL,
    variable_names TEXT NOT NULL,
    mounts         TEXT NOT NULL DEFAULT '[]',
    -- What the scripts came to, once they are over: success, failed or canceled.
    result         TEXT CHECK (result IN ('success', 'failed', 'canceled')),
    canceled_by    TEXT,
    failure_reason TEXT,
    message        TEXT,
    exit_code      INTEGER,
    -- Set when GitLab has accepted the outcome, or never will.
    finished_at    INTEGER,
    log_size       INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE INDEX jobs_unfinished ON jobs (id) WHERE finished_at IS NULL;
  CREATE INDEX jobs_by_result ON jobs (result, id) WHERE finished_at IS NOT NULL;
  CREATE INDEX jobs_by_project ON jobs (project, id);
  CREATE INDEX jobs_by_runner ON jobs (runner_id, id);

  CREATE TABLE stages (
    job_id     INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    ordinal    INTEGER NOT NULL,
    name       TEXT NOT NULL,
    title      TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER,
    result     TEXT CHECK (result IN ('passed', 'failed', 'stopped')),
    PRIMARY KEY (job_id, ordinal)
  ) STRICT, WITHOUT ROWID;
  `,
  // Search as one types: trigrams find any part of a word of three letters or more.
  `
  CREATE VIRTUAL TABLE job_search USING fts5 (
    name, project, ref, sha, content = 'jobs', content_rowid = 'id', tokenize = 'trigram'
  );
  INSERT INTO job_search (job_search) VALUES ('rebuild');

  CREATE TRIGGER job_search_insert AFTER INSERT ON jobs BEGIN
    INSERT INTO job_search (rowid, name, project, ref, sha)
    VALUES (new.id, new.name, new.project, new.ref, new.sha);
  END;
  CREATE TRIGGER job_search_delete AFTER DELETE ON jobs BEGIN
    INSERT INTO job_search (job_search, rowid, name, project, ref, sha)
    VALUES ('delete', old.id, old.name, old.project, old.ref, old.sha);
  END;
  `,
  // What a job uploaded and how its containers were set up; orders and filters of the job list.
  `
  ALTER TABLE jobs ADD COLUMN artifacts TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE jobs ADD COLUMN settings TEXT NOT NULL DEFAULT '[]';

  CREATE INDEX jobs_by_ref ON jobs (ref, id);
  CREATE INDEX jobs_by_name ON jobs (name, id);
  CREATE INDEX jobs_by_acceptance ON jobs (accepted_at);
  CREATE INDEX jobs_by_duration ON jobs (finished_at - accepted_at, id);
  `,
  // Milliseconds a job waited on the server.
  'ALTER TABLE jobs ADD COLUMN queued_ms INTEGER',
  // Which jobs worked with a toolchain, and with which content of it.
  `
  CREATE TABLE job_toolchains (
    name        TEXT NOT NULL,
    version     TEXT NOT NULL,
    job_id      INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    fingerprint TEXT,
    PRIMARY KEY (name, version, job_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX job_toolchains_by_job ON job_toolchains (job_id);

  INSERT OR IGNORE INTO job_toolchains (name, version, job_id, fingerprint)
  SELECT value ->> '$.toolchain.name', value ->> '$.toolchain.version', jobs.id, value ->> '$.toolchain.fingerprint'
  FROM jobs, json_each(jobs.mounts)
  WHERE value ->> '$.toolchain.name' IS NOT NULL;
  `,
  // What a job's containers used, as JSON and as the bytes that charts count; how to make its container again; bytes
  // that a stage moved.
  `
  ALTER TABLE jobs ADD COLUMN resources TEXT;
  ALTER TABLE jobs ADD COLUMN peak_memory INTEGER;
  ALTER TABLE jobs ADD COLUMN recreate TEXT;
  ALTER TABLE stages ADD COLUMN bytes INTEGER;
  `,
]
