// The tables of one batch. What holds:
// - `documents` is narrow and changes with each outcome; the wide texts lie apart in `sources` and `results`, written once.
// - The counters in `batch` change in the transaction that changes the rows they count (guarantee G9).
// - CHECK constraints refuse impossible rows, whoever writes them.

/** Each brings a database from its index to the next version; never changed once released. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE batch (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    batch_id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('QUEUED', 'RUNNING', 'PAUSED', 'STOPPED', 'FAILED', 'COMPLETED')),
    reason TEXT,
    total INTEGER NOT NULL DEFAULT 0,
    processed INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    pipeline TEXT NOT NULL,
    settings TEXT NOT NULL,
    settings_version INTEGER NOT NULL DEFAULT 1,
    accepted INTEGER NOT NULL DEFAULT 0,
    results_epoch INTEGER NOT NULL DEFAULT 0,
    control_id INTEGER NOT NULL DEFAULT 0,
    control_now INTEGER NOT NULL DEFAULT 0,
    holder INTEGER REFERENCES runs (run),
    CHECK (processed >= 0 AND failed >= 0 AND processed + failed <= total)
  );

  CREATE TABLE documents (
    seq INTEGER PRIMARY KEY,
    document_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('pending', 'processed', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    deaths INTEGER NOT NULL DEFAULT 0,
    acceptance INTEGER NOT NULL,
    line INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    settled_at INTEGER,
    run INTEGER,
    CHECK ((state = 'pending') = (settled_at IS NULL))
  );
  CREATE INDEX pending_documents ON documents (seq) WHERE state = 'pending';
  CREATE INDEX failed_documents ON documents (seq) WHERE state = 'failed';

  CREATE TABLE sources (seq INTEGER PRIMARY KEY REFERENCES documents (seq), source TEXT NOT NULL);

  CREATE TABLE results (
    result_seq INTEGER PRIMARY KEY AUTOINCREMENT,
    seq INTEGER NOT NULL UNIQUE REFERENCES documents (seq),
    committed_at INTEGER NOT NULL,
    timings TEXT NOT NULL,
    result TEXT NOT NULL
  );

  CREATE TABLE failures (
    seq INTEGER PRIMARY KEY REFERENCES documents (seq),
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    stage TEXT NOT NULL,
    attempts INTEGER NOT NULL CHECK (attempts >= 1),
    raw_answer TEXT
  );

  -- Earlier results of documents that are done again in part.
  CREATE TABLE superseded (
    seq INTEGER PRIMARY KEY REFERENCES documents (seq),
    result TEXT NOT NULL,
    redo TEXT NOT NULL
  );

  CREATE TABLE acceptances (
    acceptance INTEGER PRIMARY KEY,
    source_name TEXT NOT NULL,
    fingerprint TEXT,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    lines INTEGER NOT NULL DEFAULT 0,
    blank_lines INTEGER NOT NULL DEFAULT 0,
    input_sha256 TEXT,
    added INTEGER NOT NULL DEFAULT 0,
    known INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    replaced INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0
  );

  CREATE TABLE runs (
    run INTEGER PRIMARY KEY,
    pid INTEGER NOT NULL,
    host TEXT NOT NULL,
    process_start TEXT,
    started_at INTEGER NOT NULL,
    heartbeat_at INTEGER NOT NULL,
    ended_at INTEGER,
    ending TEXT CHECK (ending IN ('completed', 'paused', 'stopped', 'interrupted', 'failed', 'died')),
    processed INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    acknowledged INTEGER NOT NULL DEFAULT 0,
    report TEXT NOT NULL,
    CHECK ((ended_at IS NULL) = (ending IS NULL))
  );

  CREATE TABLE history (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    from_status TEXT,
    to_status TEXT,
    by TEXT NOT NULL,
    reason TEXT,
    run INTEGER,
    details TEXT NOT NULL
  );

  CREATE TABLE sinks (
    name TEXT PRIMARY KEY,
    result_seq INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    position TEXT NOT NULL,
    delivered INTEGER NOT NULL,
    error TEXT,
    failing_since INTEGER,
    updated_at INTEGER NOT NULL
  );
  `,
  `
  -- What was paid for a document, over all its attempts and runs.
  CREATE TABLE usage (
    seq INTEGER NOT NULL REFERENCES documents (seq),
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    requests INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost_nanos INTEGER NOT NULL,
    unpriced_tokens INTEGER NOT NULL,
    PRIMARY KEY (seq, provider, model)
  ) WITHOUT ROWID;

  -- The same, counted for the batch.
  CREATE TABLE usage_counters (
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    requests INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost_nanos INTEGER NOT NULL,
    unpriced_tokens INTEGER NOT NULL,
    PRIMARY KEY (provider, model)
  ) WITHOUT ROWID;

  ALTER TABLE runs ADD COLUMN tokens INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE runs ADD COLUMN cost_nanos INTEGER NOT NULL DEFAULT 0;

  UPDATE batch SET settings =
    json_set(settings, '$.maxCostNanos', json('null'), '$.maxTokens', json('null'), '$.prices', json('[]'));
  `,
  // How events are asked for became settings; batches from before are asked as pawl does by itself.
  `
  UPDATE batch SET settings = json_insert(settings, '$.promptFolder', NULL, '$.taxonomyFile', NULL,
    '$.chunkTokens', 3000, '$.maxOutputTokens', 4096);
  `,
  // The flow of requests to language models became settings.
  `
  UPDATE batch SET settings = json_insert(settings, '$.requestTimeoutMs', 120000, '$.requestsPerMinute', NULL,
    '$.tokensPerMinute', NULL);
  `,
  // Results that are hard to believe are listed without reading the others.
  `
  ALTER TABLE results ADD COLUMN suspicious TEXT;
  CREATE INDEX suspicious_results ON results (seq) WHERE suspicious IS NOT NULL;
  `,
  // Linking: what is known of each document, the storylines, and what was settled.
  `
  CREATE TABLE linking (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    result_seq INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    weights TEXT,
    settled_seq INTEGER,
    updated_at INTEGER NOT NULL
  );

  CREATE TABLE linked_documents (
    result_seq INTEGER PRIMARY KEY,
    document_id TEXT NOT NULL,
    day INTEGER,
    keys BLOB NOT NULL,
    neighbours BLOB NOT NULL,
    story INTEGER,
    storyline_id TEXT,
    sketch BLOB NOT NULL
  );
  CREATE INDEX documents_of_storylines ON linked_documents (storyline_id) WHERE storyline_id IS NOT NULL;

  CREATE TABLE storylines (
    storyline_id TEXT PRIMARY KEY,
    documents INTEGER NOT NULL CHECK (documents >= 2),
    events INTEGER NOT NULL,
    storyline TEXT NOT NULL
  );
  CREATE INDEX largest_storylines ON storylines (documents DESC, storyline_id);

  CREATE TABLE linkages (
    storyline_id TEXT NOT NULL REFERENCES storylines (storyline_id),
    seq INTEGER NOT NULL,
    linkage TEXT NOT NULL,
    PRIMARY KEY (storyline_id, seq)
  ) WITHOUT ROWID;

  CREATE TABLE settled_documents (
    seq INTEGER PRIMARY KEY,
    document_id TEXT NOT NULL,
    storyline_id TEXT NOT NULL
  );

  CREATE TABLE storyline_changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    storyline_id TEXT NOT NULL,
    details TEXT NOT NULL
  );

  UPDATE batch SET settings = json_insert(settings, '$.link', json('true'));
  `,
  // What is kept of the answers of models became a setting.
  "UPDATE batch SET settings = json_insert(settings, '$.useCache', json('true'), '$.cacheBytes', 2147483648)",
  // What the sketches of linking hold has a version.
  `
  ALTER TABLE linking ADD COLUMN format INTEGER NOT NULL DEFAULT 1;
  `,
  // Batch APIs became a setting.
  `UPDATE batch SET settings = json_set(settings, '$.llmBatchMs', json('null'));`,
  // Collections: batches that are made of the results of others.
  `
  ALTER TABLE batch ADD COLUMN is_collection INTEGER NOT NULL DEFAULT 0;

  CREATE TABLE collected_sources (
    batch_id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    result_seq INTEGER NOT NULL,
    reread_since INTEGER,
    read_at INTEGER NOT NULL
  );
  `,
  // Sinks hold storylines, too, as of one settlement.
  `
  ALTER TABLE linking ADD COLUMN settlement INTEGER NOT NULL DEFAULT 0;
  UPDATE linking SET settlement = 1 WHERE settled_seq IS NOT NULL;
  ALTER TABLE sinks ADD COLUMN settlement INTEGER;
  `,
  // Linking may ask models.
  `
  ALTER TABLE linking ADD COLUMN embeddings TEXT;
  ALTER TABLE linking ADD COLUMN missing TEXT;

  -- What was paid for linking, which is no document's; run 0 where no runner held the batch.
  CREATE TABLE linking_usage (
    run INTEGER NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    requests INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost_nanos INTEGER NOT NULL,
    unpriced_tokens INTEGER NOT NULL,
    PRIMARY KEY (run, provider, model)
  ) WITHOUT ROWID;

  UPDATE batch SET settings = json_insert(settings, '$.embeddings', NULL, '$.summaries', NULL);
  `,
  // Linking reads what it needs: sketches apart from what is read of every document, linkages by document. What was linked before
  // stays until the batch is linked again, which sketches its documents anew.
  `
  DROP INDEX documents_of_storylines;
  ALTER TABLE linked_documents RENAME TO linked_documents_before;
  CREATE TABLE linked_documents (
    result_seq INTEGER PRIMARY KEY,
    document_id TEXT NOT NULL,
    day INTEGER,
    is_linked INTEGER NOT NULL,
    storyline_id TEXT,
    keys BLOB NOT NULL,
    neighbours BLOB NOT NULL,
    likelihoods BLOB NOT NULL
  );
  INSERT INTO linked_documents
    SELECT result_seq, document_id, day, story IS NOT NULL, storyline_id, keys, x'', x'' FROM linked_documents_before;
  CREATE INDEX documents_of_storylines ON linked_documents (storyline_id) WHERE storyline_id IS NOT NULL;
  DROP TABLE linked_documents_before;

  CREATE TABLE document_sketches (
    result_seq INTEGER PRIMARY KEY,
    profile BLOB NOT NULL,
    sketch BLOB NOT NULL
  );

  CREATE TABLE kept_storylines (
    storyline_id TEXT PRIMARY KEY,
    kept BLOB NOT NULL
  );

  ALTER TABLE linkages RENAME TO linkages_before;
  CREATE TABLE linkages (
    storyline_id TEXT NOT NULL REFERENCES storylines (storyline_id),
    part INTEGER NOT NULL,
    count INTEGER NOT NULL,
    lines TEXT NOT NULL,
    UNIQUE (storyline_id, part)
  );
  INSERT INTO linkages
    SELECT storyline_id, 0, count(*), group_concat(linkage, char(10)) || char(10)
    FROM (SELECT storyline_id, linkage FROM linkages_before ORDER BY storyline_id, seq) GROUP BY storyline_id;
  DROP TABLE linkages_before;
  `,
  // Models may write what storylines tell.
  'ALTER TABLE linking ADD COLUMN summaries TEXT',
];

export const SCHEMA_VERSION: number = MIGRATIONS.length;
