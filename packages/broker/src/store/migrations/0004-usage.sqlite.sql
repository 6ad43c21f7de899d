-- Who used which credential, by which delivery. Counted in memory and added now and then.
CREATE TABLE usage (
  workspace_id text NOT NULL,
  credential_id text NOT NULL,
  caller_id text NOT NULL,
  delivery text NOT NULL,
  uses integer NOT NULL,
  first_used_at integer NOT NULL,
  last_used_at integer NOT NULL,
  PRIMARY KEY (workspace_id, credential_id, caller_id, delivery)
) STRICT;
