-- Written with every outcome, each time for another credential: an index of whole keys would be a page written for
-- each record. The end of an id is random, and tells credentials apart.
ALTER TABLE exchanges RENAME TO exchanges_by_key;
CREATE TABLE exchanges (
  workspace_id text NOT NULL,
  credential_id text NOT NULL,
  started_at integer NOT NULL,
  id text NOT NULL,
  credential_name text NOT NULL,
  duration_ms integer NOT NULL,
  trigger text NOT NULL,
  kind text NOT NULL,
  record text NOT NULL
) STRICT;
INSERT INTO exchanges SELECT * FROM exchanges_by_key ORDER BY started_at, id;
DROP TABLE exchanges_by_key;
CREATE INDEX exchanges_credential ON exchanges (substr(credential_id, -6), started_at);
CREATE INDEX exchanges_started ON exchanges (started_at);
