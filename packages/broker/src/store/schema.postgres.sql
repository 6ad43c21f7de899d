-- What the migrations amount to; a test keeps the two equal. A change begins in migrations/.

CREATE TABLE meta (
  key text PRIMARY KEY NOT NULL,
  value text NOT NULL
);

CREATE TABLE data_keys (
  workspace_id text NOT NULL,
  id text NOT NULL,
  wrapped bytea NOT NULL,
  key_id text NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, id)
);

CREATE TABLE callers (
  workspace_id text NOT NULL,
  id text NOT NULL,
  name text COLLATE "C" NOT NULL,
  key_hash text NOT NULL,
  scopes json NOT NULL,
  expires_at bigint,
  last_used_at bigint,
  created_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX callers_key_hash ON callers (key_hash);

CREATE TABLE providers (
  workspace_id text NOT NULL,
  name text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  title text,
  recipe json NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, name, version)
);

CREATE TABLE credentials (
  workspace_id text NOT NULL,
  id text NOT NULL,
  name text COLLATE "C" NOT NULL,
  provider_name text,
  provider_version bigint,
  recipe json NOT NULL,
  secrets json NOT NULL,
  sealed_secrets bytea,
  destinations json NOT NULL,
  environment text,
  labels json NOT NULL,
  -- Name and label values in lower case, for the search of the list.
  search_text text NOT NULL,
  status text NOT NULL,
  reason json,
  revision bigint NOT NULL,
  config_revision bigint NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, name),
  FOREIGN KEY (workspace_id, provider_name, provider_version)
    REFERENCES providers (workspace_id, name, version)
);
CREATE INDEX credentials_status ON credentials (workspace_id, status);
CREATE INDEX credentials_provider ON credentials (workspace_id, provider_name, provider_version);

-- One row for each credential: its current token, and its place in the refresh queue.
CREATE TABLE tokens (
  workspace_id text NOT NULL,
  credential_id text NOT NULL,
  version bigint NOT NULL,
  sealed bytea,
  token_type text,
  issued_at bigint,
  expires_at bigint,
  expires_from text,
  refresh_due_at bigint,
  claimable_at bigint,
  lease_id text,
  lease_until bigint,
  intent_id text,
  intent_at bigint,
  -- The lease under which the intent was written: only that one may take it back.
  intent_lease_id text,
  journal bytea,
  failures bigint NOT NULL,
  rotates smallint,
  learned_seconds bigint,
  updated_at bigint NOT NULL,
  -- Copies from the credential, so that saving an outcome is decided by this row alone.
  paused smallint NOT NULL,
  config_revision bigint NOT NULL,
  PRIMARY KEY (workspace_id, credential_id),
  FOREIGN KEY (workspace_id, credential_id) REFERENCES credentials (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX tokens_claimable ON tokens (claimable_at) WHERE claimable_at IS NOT NULL;

CREATE TABLE exchanges (
  workspace_id text NOT NULL,
  credential_id text NOT NULL,
  started_at bigint NOT NULL,
  id text COLLATE "C" NOT NULL,
  credential_name text NOT NULL,
  duration_ms bigint NOT NULL,
  trigger text NOT NULL,
  kind text NOT NULL,
  record json NOT NULL,
  PRIMARY KEY (workspace_id, credential_id, started_at, id)
);
CREATE INDEX exchanges_started ON exchanges (started_at);

CREATE TABLE authorizations (
  workspace_id text NOT NULL,
  state_hash text NOT NULL,
  credential_id text NOT NULL,
  kind text NOT NULL,
  sealed bytea NOT NULL,
  redirect_uri text,
  interval_seconds bigint,
  expires_at bigint NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, state_hash),
  FOREIGN KEY (workspace_id, credential_id) REFERENCES credentials (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX authorizations_state ON authorizations (state_hash);
CREATE INDEX authorizations_credential ON authorizations (workspace_id, credential_id, created_at);
CREATE INDEX authorizations_expires ON authorizations (expires_at);

CREATE FUNCTION audit_hash(before bytea, entry bytea) RETURNS bytea
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT sha256(before || entry) $$;

-- The end of each workspace's audit chain.
CREATE TABLE audit_heads (
  workspace_id text PRIMARY KEY NOT NULL,
  seq bigint NOT NULL,
  hash bytea NOT NULL
);

CREATE TABLE audit (
  workspace_id text NOT NULL,
  seq bigint NOT NULL,
  at bigint NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  detail json NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (workspace_id, seq)
);
CREATE INDEX audit_events ON audit (workspace_id, seq) WHERE detail ->> 'event' IS NOT NULL;
CREATE INDEX audit_events_property ON audit (workspace_id, (detail ->> 'property'), seq) WHERE detail ->> 'event' IS NOT NULL;

-- What other nodes must hear of; kept for an hour.
CREATE TABLE changes (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id text NOT NULL,
  kind text NOT NULL,
  subject text NOT NULL,
  at bigint NOT NULL
);
CREATE INDEX changes_at ON changes (at);

-- What doors keep besides credentials: configurations, apps, activities, rules, …
CREATE TABLE documents (
  workspace_id text NOT NULL,
  door text NOT NULL,
  kind text NOT NULL,
  id text COLLATE "C" NOT NULL,
  parent_id text NOT NULL,
  name text COLLATE "C",
  body json NOT NULL,
  sealed bytea,
  revision bigint NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  group_id text NOT NULL DEFAULT '',
  PRIMARY KEY (workspace_id, door, kind, id)
);
CREATE UNIQUE INDEX documents_name ON documents (workspace_id, door, kind, parent_id, name) WHERE name IS NOT NULL;
CREATE INDEX documents_parent ON documents (workspace_id, door, kind, parent_id, created_at, id);
CREATE INDEX documents_group ON documents (workspace_id, door, kind, group_id, created_at, id) WHERE group_id <> '';

-- What doors write down and never change: request logs, exceptions, runs.
CREATE TABLE entries (
  workspace_id text NOT NULL,
  door text NOT NULL,
  kind text NOT NULL,
  id text COLLATE "C" NOT NULL,
  subject text NOT NULL,
  at bigint NOT NULL,
  body json NOT NULL,
  PRIMARY KEY (workspace_id, door, kind, id)
);
CREATE INDEX entries_subject ON entries (workspace_id, door, kind, subject, id);
CREATE INDEX entries_at ON entries (at);

-- Who used which credential, by which delivery. Counted in memory and added now and then.
CREATE TABLE usage (
  workspace_id text NOT NULL,
  credential_id text NOT NULL,
  caller_id text NOT NULL,
  delivery text NOT NULL,
  uses bigint NOT NULL,
  first_used_at bigint NOT NULL,
  last_used_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, credential_id, caller_id, delivery)
);
