-- What of the audit trail is told to those who watch resources of a door.
CREATE INDEX audit_events ON audit (workspace_id, seq) WHERE detail ->> 'event' IS NOT NULL;
CREATE INDEX audit_events_property ON audit (workspace_id, (detail ->> 'property'), seq) WHERE detail ->> 'event' IS NOT NULL;
