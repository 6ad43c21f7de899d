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
  PRIMARY KEY (workspace_id, door, kind, id)
);
CREATE UNIQUE INDEX documents_name ON documents (workspace_id, door, kind, parent_id, name) WHERE name IS NOT NULL;
CREATE INDEX documents_parent ON documents (workspace_id, door, kind, parent_id, created_at, id);

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
