-- Texts are folded, e-mails are in lower case, and phones are read, as Kundi does it: folded texts
-- that are equal are the same text here. All else is PostgreSQL's own: logic, joins, counts, the
-- calendar. Lists are NULL when they are empty.

-- The first moment at which the clocks of a zone show a time. In a gap it is the time by the clocks
-- before the gap. AT TIME ZONE takes the later moment of two.
CREATE FUNCTION first_moment(wall timestamp, zone text) RETURNS timestamptz IMMUTABLE LANGUAGE sql AS $$
	SELECT coalesce(min(t), wall AT TIME ZONE zone)
	FROM (SELECT (wall AT TIME ZONE zone) - ahead AS t FROM unnest(ARRAY['0', '30 minutes', '1 hour', '2 hours', '3 hours']::interval[]) ahead) moments
	WHERE t AT TIME ZONE zone = wall
$$;
CREATE FUNCTION start_of_day(day date, zone text) RETURNS timestamptz IMMUTABLE LANGUAGE sql AS $$
	SELECT first_moment(day::timestamp, zone)
$$;
CREATE FUNCTION moved(present timestamptz, calendar interval, clock interval, zone text) RETURNS timestamptz IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN calendar = '0' THEN present ELSE first_moment((present AT TIME ZONE zone) + calendar, zone) END + clock
$$;
-- The day that a moment is on. Where clocks go back over midnight, the day begins the first time.
CREATE FUNCTION day_of(t timestamptz, zone text) RETURNS date IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN t >= start_of_day((t AT TIME ZONE zone)::date + 1, zone) THEN (t AT TIME ZONE zone)::date + 1 ELSE (t AT TIME ZONE zone)::date END
$$;
-- Whether the month and the day of a day come again within two days.
CREATE FUNCTION comes_again(day date, first date, last date) RETURNS boolean IMMUTABLE LANGUAGE sql AS $$
	SELECT EXISTS (SELECT FROM generate_series(extract(year FROM first)::int, least(extract(year FROM last)::int, extract(year FROM first)::int + 1)) year
		WHERE (day + make_interval(years => year - extract(year FROM day)::int))::date BETWEEN first AND last)
$$;

-- A number in the 64 bits that numbers of Go have: what is more is cut off.
CREATE FUNCTION wrapped(n numeric) RETURNS int8 IMMUTABLE LANGUAGE sql AS $$
	SELECT (mod(mod(n, 18446744073709551616) + 18446744073709551616 + 9223372036854775808, 18446744073709551616) - 9223372036854775808)::int8
$$;
-- The random bucket of a seed: splitmix64, whose state is the salt and the seed.
CREATE FUNCTION bucket(seed int8, salt int8) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE n int8;
BEGIN
	n := wrapped(((seed << 32) # salt)::numeric + 11400714819323198485);
	n := wrapped((n # ((n >> 30) & 17179869183))::numeric * 13787848793156543929);
	n := wrapped((n # ((n >> 27) & 137438953471))::numeric * 10723151780598845931);
	n := n # ((n >> 31) & 8589934591);
	RETURN mod(n::numeric + CASE WHEN n < 0 THEN 18446744073709551616 ELSE 0 END, 10000)::int;
END
$$;

CREATE UNLOGGED TABLE contacts (
	ordinal int PRIMARY KEY, seed int8, ids text[], type text, name text, first_name text, last_name text,
	emails text[], phones text[], phone_digits text[], identifiers text[], country text, city text, company int,
	labels text[], own_channels text[], identities text[], blocked boolean,
	created_at timestamptz, updated_at timestamptz, own_seen_at timestamptz,
	job_title text, seats float8, mrr_cents int8, health float8, website text, renewal_date date, tier text, interests text[],
	newsletter boolean, marketing_consent boolean, consents jsonb
);
-- Where contacts are written to, and where not any more. What they have absorbed does not count.
CREATE UNLOGGED TABLE addresses (contact int, channel text, address text);
CREATE UNLOGGED TABLE suppressions (contact int, channel text, address text);
-- What has happened to fields of contacts, in the order of n.
CREATE UNLOGGED TABLE past (n int PRIMARY KEY, contact int, field text, at timestamptz);
CREATE UNLOGGED TABLE companies (
	ordinal int PRIMARY KEY, ids text[], name text, domains text[], identifiers text[], country text, city text, labels text[],
	created_at timestamptz, updated_at timestamptz, industry text, employees float8, contract_end date, strategic boolean
);
-- Who has absorbed a contact: itself when nobody has.
CREATE UNLOGGED TABLE survivors (ordinal int PRIMARY KEY, contact int);
CREATE UNLOGGED TABLE conversations (
	ordinal int PRIMARY KEY, owner int, channel text, status text, priority text, labels text[], assignee text, team text,
	satisfaction int, messages_count int, inbound_count int, created_at timestamptz, updated_at timestamptz,
	last_message_at timestamptz, last_inbound_at timestamptz, first_reply_at timestamptz, last_reply_at timestamptz,
	resolved_at timestamptz, topic text, score float8
);
CREATE UNLOGGED TABLE notes (ordinal int PRIMARY KEY, owner int, text text, pinned boolean, source text, created_at timestamptz);
CREATE UNLOGGED TABLE events (ordinal int PRIMARY KEY, owner int, campaign text, kind text, at timestamptz)
