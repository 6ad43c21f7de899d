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
  PRIMARY KEY (workspace_id, door, kind, id)
) STRICT;
CREATE UNIQUE INDEX documents_name ON documents (workspace_id, door, kind, parent_id, name) WHERE name IS NOT NULL;
CREATE INDEX documents_parent ON documents (workspace_id, door, kind, parent_id, created_at, id);

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
