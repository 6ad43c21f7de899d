-- A second thing that a document belongs to besides its parent, to list by: a secret's environment, a build's library.
ALTER TABLE documents ADD COLUMN group_id text NOT NULL DEFAULT '';
CREATE INDEX documents_group ON documents (workspace_id, door, kind, group_id, created_at, id) WHERE group_id <> '';
