-- What contacts have of their conversations, and companies of their contacts.
CREATE UNLOGGED TABLE v AS SELECT s.contact, t.* FROM conversations t JOIN survivors s ON s.ordinal = t.owner;
CREATE INDEX ON v (contact);
CREATE UNLOGGED TABLE n AS SELECT s.contact, t.* FROM notes t JOIN survivors s ON s.ordinal = t.owner;
CREATE INDEX ON n (contact);
CREATE UNLOGGED TABLE e AS SELECT s.contact, t.* FROM events t JOIN survivors s ON s.ordinal = t.owner;
CREATE INDEX ON e (contact);
CREATE UNLOGGED TABLE reach AS
	SELECT a.contact, array_agg(DISTINCT a.channel) AS channels
	FROM addresses a JOIN contacts t ON t.ordinal = a.contact LEFT JOIN suppressions s USING (contact, channel, address)
	WHERE s.address IS NULL AND NOT t.blocked AND coalesce(t.consents ->> a.channel, 'unknown') <> 'unsubscribed'
	GROUP BY a.contact;
CREATE UNLOGGED TABLE latest AS
	SELECT contact, jsonb_object_agg(field, at) AS changed
	FROM (SELECT DISTINCT ON (contact, field) contact, field, at FROM past ORDER BY contact, field, n DESC) one GROUP BY contact;
CREATE UNLOGGED TABLE c AS
	SELECT t.*, r.channels AS reachable, l.changed, coalesce(of.count, 0) AS conversations_count, coalesce(of.open, 0) AS open_conversations,
		of.last_message_at, of.first_reply_at, of.last_reply_at, greatest(t.own_seen_at, of.last_inbound_at) AS last_seen_at,
		CASE WHEN of.channels IS NULL THEN t.own_channels ELSE coalesce(t.own_channels, '{}') || of.channels END AS channels
	FROM contacts t LEFT JOIN reach r ON r.contact = t.ordinal LEFT JOIN latest l ON l.contact = t.ordinal LEFT JOIN (
		SELECT contact, count(*), count(*) FILTER (WHERE status = 'open') AS open, max(last_message_at) AS last_message_at,
			min(first_reply_at) AS first_reply_at, max(last_reply_at) AS last_reply_at, max(last_inbound_at) AS last_inbound_at,
			array_agg(DISTINCT channel) AS channels
		FROM v GROUP BY contact) of ON of.contact = t.ordinal;
ALTER TABLE c ADD PRIMARY KEY (ordinal);
CREATE UNLOGGED TABLE k AS
	SELECT t.*, coalesce(of.count, 0) AS contacts_count, of.last_seen_at
	FROM companies t LEFT JOIN (SELECT company, count(*), max(last_seen_at) AS last_seen_at FROM c GROUP BY company) of ON of.company = t.ordinal;
ALTER TABLE k ADD PRIMARY KEY (ordinal);
ANALYZE v;
ANALYZE n;
ANALYZE e;
ANALYZE c;
ANALYZE k
