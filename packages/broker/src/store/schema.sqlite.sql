-- What the migrations amount to; a test keeps the two equal. A change begins in migrations/.

CREATE TABLE meta (
  key text PRIMARY KEY NOT NULL,
  value text NOT NULL
) STRICT;

CREATE TABLE data_keys (
  workspace_id text NOT NULL,
  id text NOT NULL,
  wrapped blob NOT NULL,
  key_id text NOT NULL,
  created_at integer NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;

CREATE TABLE callers (
  workspace_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  key_hash text NOT NULL,
  scopes text NOT NULL,
  expires_at integer,
  last_used_at integer,
  created_at integer NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX callers_key_hash ON callers (key_hash);

CREATE TABLE providers (
  workspace_id text NOT NULL,
  name text NOT NULL,
  version integer NOT NULL,
  title text,
  recipe text NOT NULL,
  created_at integer NOT NULL,
  PRIMARY KEY (workspace_id, name, version)
) STRICT;

CREATE TABLE credentials (
  workspace_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  provider_name text,
  provider_version integer,
  recipe text NOT NULL,
  secrets text NOT NULL,
  sealed_secrets blob,
  destinations text NOT NULL,
  environment text,
  labels text NOT NULL,
  -- Name and label values in lower case, for the search of the list.
  search_text text NOT NULL,
  status text NOT NULL,
  reason text,
  revision integer NOT NULL,
  config_revision integer NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, name),
  FOREIGN KEY (workspace_id, provider_name, provider_version)
    REFERENCES providers (workspace_id, name, version)
) STRICT;
CREATE INDEX credentials_status ON credentials (workspace_id, status);
CREATE INDEX credentials_provider ON credentials (workspace_id, provider_name, provider_version);

-- One row for each credential: its current token, and its place in the refresh queue.
CREATE TABLE tokens (
  workspace_id text NOT NULL,
  credential_id text NOT NULL,
  version integer NOT NULL,
  sealed blob,
  token_type text,
  issued_at integer,
  expires_at integer,
  expires_from text,
  refresh_due_at integer,
  claimable_at integer,
  lease_id text,
  lease_until integer,
  intent_id text,
  intent_at integer,
  -- The lease under which the intent was written: only that one may take it back.
  intent_lease_id text,
  journal blob,
  failures integer NOT NULL,
  rotates integer,
  learned_seconds integer,
  updated_at integer NOT NULL,
  -- Copies from the credential, so that saving an outcome is decided by this row alone.
  paused integer NOT NULL,
  config_revision integer NOT NULL,
  PRIMARY KEY (workspace_id, credential_id),
  FOREIGN KEY (workspace_id, credential_id) REFERENCES credentials (workspace_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX tokens_claimable ON tokens (claimable_at) WHERE claimable_at IS NOT NULL;

-- Written with every outcome, each time for another credential: an index of whole keys would be a page written for
-- each record. The end of an id is random, and tells credentials apart.
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
CREATE INDEX exchanges_credential ON exchanges (substr(credential_id, -6), started_at);
CREATE INDEX exchanges_started ON exchanges (started_at);

CREATE TABLE authorizations (
  workspace_id text NOT NULL,
  state_hash text NOT NULL,
  credential_id text NOT NULL,
  kind text NOT NULL,
  sealed blob NOT NULL,
  redirect_uri text,
  interval_seconds integer,
  expires_at integer NOT NULL,
  created_at integer NOT NULL,
  PRIMARY KEY (workspace_id, state_hash),
  FOREIGN KEY (workspace_id, credential_id) REFERENCES credentials (workspace_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX authorizations_state ON authorizations (state_hash);
CREATE INDEX authorizations_credential ON authorizations (workspace_id, credential_id, created_at);
CREATE INDEX authorizations_expires ON authorizations (expires_at);

-- The end of each workspace's audit chain.
CREATE TABLE audit_heads (
  workspace_id text PRIMARY KEY NOT NULL,
  seq integer NOT NULL,
  hash blob NOT NULL
) STRICT;

CREATE TABLE audit (
  workspace_id text NOT NULL,
  seq integer NOT NULL,
  at integer NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  detail text NOT NULL,
  hash blob NOT NULL,
  PRIMARY KEY (workspace_id, seq)
) STRICT;
CREATE INDEX audit_events ON audit (workspace_id, seq) WHERE detail ->> 'event' IS NOT NULL;
CREATE INDEX audit_events_property ON audit (workspace_id, (detail ->> 'property'), seq) WHERE detail ->> 'event' IS NOT NULL;

-- What other nodes must hear of; kept for an hour.
CREATE TABLE changes (
  seq integer PRIMARY KEY AUTOINCREMENT,
  workspace_id text NOT NULL,
  kind text NOT NULL,
  subject text NOT NULL,
  at integer NOT NULL
) STRICT;
CREATE INDEX changes_at ON changes (at);

-- What doors keep besides credentials: configurations, apps, activities, rules, …
CREATE TABLE documents (
  workspace_id text NOT NULL,
  door text NOT NULL,
  kind text NOT NULL,
  id text NOT NULL,
  parent_id text NOT NULL,
  name text,
  body text NOT NULL,
  sealed blob,
  revision integer NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  group_id text NOT NULL DEFAULT '',
  PRIMARY KEY (workspace_id, door, kind, id)
) STRICT;
CREATE UNIQUE INDEX documents_name ON documents (workspace_id, door, kind, parent_id, name) WHERE name IS NOT NULL;
CREATE INDEX documents_parent ON documents (workspace_id, door, kind, parent_id, created_at, id);
CREATE INDEX documents_group ON documents (workspace_id, door, kind, group_id, created_at, id) WHERE group_id <> '';

-- What doors write down and never change: request logs, exceptions, runs.
CREATE TABLE entries (
  workspace_id text NOT NULL,
  door text NOT NULL,
  kind text NOT NULL,
  id text NOT NULL,
  subject text NOT NULL,
  at integer NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (workspace_id, door, kind, id)
) STRICT;
CREATE INDEX entries_subject ON entries (workspace_id, door, kind, subject, id);
CREATE INDEX entries_at ON entries (at);

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
