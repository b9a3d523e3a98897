/**
 * The tables of the embedded store, one entry per version; entry 0 makes version 1. An entry that was released is
 * never edited, only followed by another.
 *
 * Terminals have a number besides their id so that the event indexes stay narrow. `violation` is 1 for events of the
 * violation lane with a severity above `info`: what the console counts and lists. `results.outcome` is the place in
 * `outcomes`, `results.read_at` milliseconds, so that the fleet is counted from the short index alone.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE terminals (
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    hostname TEXT NOT NULL,
    zone TEXT NOT NULL,
    group_name TEXT NOT NULL,
    os TEXT NOT NULL,
    agent_version TEXT NOT NULL,
    hardware TEXT NOT NULL,
    key_sha256 TEXT NOT NULL UNIQUE,
    certificate_expires TEXT NOT NULL,
    enrolled_at TEXT NOT NULL,
    token_id TEXT NOT NULL,
    revoked_at TEXT,
    revoked_reason TEXT,
    head_branch INTEGER NOT NULL DEFAULT 0,
    head_seq INTEGER NOT NULL DEFAULT 0,
    head_hash TEXT NOT NULL,
    chain_state TEXT NOT NULL DEFAULT 'empty',
    chain_detail TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'unknown',
    state_since TEXT NOT NULL,
    last_heard TEXT,
    policy TEXT,
    sensors TEXT NOT NULL DEFAULT '[]',
    sensors_at TEXT,
    pending INTEGER
  ) STRICT;
  CREATE INDEX terminals_by_name ON terminals (hostname, id);
  CREATE INDEX terminals_by_state ON terminals (zone, state);

  CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    terminal_no INTEGER NOT NULL REFERENCES terminals (no),
    zone TEXT NOT NULL,
    source TEXT NOT NULL,
    branch INTEGER NOT NULL,
    seq INTEGER,
    at TEXT NOT NULL,
    received_at TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    lane TEXT NOT NULL,
    violation INTEGER NOT NULL,
    control TEXT,
    severity INTEGER NOT NULL,
    subject TEXT NOT NULL,
    data TEXT NOT NULL,
    prev BLOB,
    hash BLOB
  ) STRICT;
  CREATE UNIQUE INDEX events_once ON events (terminal_no, seq, branch) WHERE seq IS NOT NULL;
  CREATE INDEX events_of_terminal ON events (terminal_no, id);
  CREATE INDEX violations ON events (id) WHERE violation = 1;
  CREATE INDEX violations_recent ON events (received_at, zone, severity) WHERE violation = 1;
  CREATE INDEX violations_of_terminal ON events (terminal_no, received_at) WHERE violation = 1;

  CREATE TABLE facts (
    terminal_id TEXT NOT NULL,
    check_id TEXT NOT NULL,
    read_at TEXT NOT NULL,
    facts TEXT NOT NULL,
    PRIMARY KEY (terminal_id, check_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE documents (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER,
    title TEXT NOT NULL,
    mode TEXT,
    audience TEXT NOT NULL,
    valid_from TEXT,
    expires TEXT,
    signers TEXT NOT NULL,
    envelope TEXT NOT NULL,
    content TEXT NOT NULL,
    uploaded_at TEXT NOT NULL,
    uploaded_by TEXT NOT NULL,
    pushed_at TEXT,
    pushed_by TEXT
  ) STRICT;
  CREATE INDEX documents_by_id ON documents (kind, id, version);

  CREATE TABLE document_results (
    digest TEXT NOT NULL,
    terminal_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (digest, terminal_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX results_of_terminal ON document_results (terminal_id);

  CREATE TABLE users (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    password TEXT NOT NULL,
    must_change INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    failed INTEGER NOT NULL DEFAULT 0,
    locked_until TEXT
  ) STRICT;

  CREATE TABLE sessions (
    id_sha256 TEXT PRIMARY KEY,
    user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    created_at TEXT NOT NULL,
    last_used TEXT NOT NULL,
    expires TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    secret_sha256 TEXT NOT NULL,
    zone TEXT NOT NULL,
    group_name TEXT NOT NULL,
    root_sha256 TEXT NOT NULL,
    uses_left INTEGER NOT NULL,
    expires TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL,
    remote TEXT NOT NULL
  ) STRICT;
  `,
  `
  DELETE FROM facts WHERE check_id = 'results';

  CREATE TABLE controls (no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;

  CREATE TABLE result_reports (
    terminal_no INTEGER PRIMARY KEY REFERENCES terminals (no),
    at TEXT NOT NULL,
    policy_digest TEXT
  ) STRICT;

  CREATE TABLE results (
    terminal_no INTEGER NOT NULL REFERENCES terminals (no),
    control_no INTEGER NOT NULL REFERENCES controls (no),
    outcome INTEGER NOT NULL,
    is_stale INTEGER NOT NULL,
    read_at INTEGER,
    result TEXT NOT NULL,
    PRIMARY KEY (terminal_no, control_no)
  ) STRICT;
  CREATE INDEX results_in_short ON results (terminal_no, control_no, outcome, is_stale, read_at);

  CREATE TABLE findings (
    terminal_no INTEGER NOT NULL REFERENCES terminals (no),
    control TEXT NOT NULL,
    key TEXT NOT NULL,
    branch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    severity INTEGER NOT NULL,
    words TEXT NOT NULL,
    times INTEGER NOT NULL,
    opened_at TEXT NOT NULL,
    closed_at TEXT,
    PRIMARY KEY (terminal_no, control, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX findings_open ON findings (terminal_no, severity) WHERE closed_at IS NULL;
  `,
  `
  CREATE TABLE proofs (
    no INTEGER PRIMARY KEY,
    terminal_no INTEGER NOT NULL REFERENCES terminals (no),
    sha256 TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    received_at TEXT NOT NULL,
    os TEXT NOT NULL,
    build TEXT NOT NULL,
    stand_in TEXT,
    agent_version TEXT NOT NULL,
    counts TEXT NOT NULL,
    signed TEXT NOT NULL,
    -- 1: the newest of its terminal on its build, which is what builds are counted by.
    is_current INTEGER NOT NULL,
    UNIQUE (terminal_no, sha256)
  ) STRICT;
  CREATE INDEX proofs_of_terminal ON proofs (terminal_no, started_at);
  CREATE INDEX proofs_of_build ON proofs (os, build, stand_in) WHERE is_current = 1;

  CREATE TABLE proof_titles (id TEXT PRIMARY KEY, title TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE proof_items (
    proof_no INTEGER NOT NULL REFERENCES proofs (no) ON DELETE CASCADE,
    id TEXT NOT NULL REFERENCES proof_titles (id),
    outcome TEXT NOT NULL,
    PRIMARY KEY (proof_no, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX proof_items_by_id ON proof_items (id, outcome, proof_no);
  `,
]
