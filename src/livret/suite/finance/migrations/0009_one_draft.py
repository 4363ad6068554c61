"""One draft enters the books in few calls, each planned once for a session: read and held, added and sealed, gone."""

from django.db import migrations

# What drafts are held against. Read-only: pages that show a draft ask it too.
SHELF = """
CREATE FUNCTION finance_shelf(of_company integer, first_on date, last_on date, numbers text[], auxiliaries text[])
RETURNS TABLE (years json, accounts json, parties json) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT
        (SELECT json_agg(json_build_object('year', y, 'company', c, 'locked_until', k.locked_until)
                         ORDER BY y.first_day)
           FROM company_fiscalyear y
           JOIN company_company c ON c.id = y.company_id
           LEFT JOIN finance_yearledger k ON k.fiscal_year_id = y.id
          WHERE y.company_id = of_company AND y.first_day <= last_on AND y.last_day >= first_on),
        (SELECT json_agg(json_build_array(a.number, a.id, a.is_closed, a.valid_from, a.valid_until))
           FROM finance_chartaccount a WHERE a.company_id = of_company AND a.number = ANY (numbers)),
        (SELECT json_object_agg(x.number, x.id)
           FROM finance_auxiliaryaccount x WHERE x.company_id = of_company AND x.number = ANY (auxiliaries));
END $$;
"""
# Each statement has its own snapshot: lines and books are read once the draft is held.
HOLD = """
CREATE FUNCTION finance_hold_draft(wanted bigint)
RETURNS TABLE (draft json, lines json, years json, accounts json, parties json) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE held finance_draftentry; typed json; numbers text[]; auxiliaries text[];
BEGIN
    SELECT * INTO held FROM finance_draftentry WHERE id = wanted FOR UPDATE;
    IF NOT FOUND THEN RETURN; END IF;
    SELECT json_agg(json_build_array(l.account, l.auxiliary, l.label, l.debit_cents, l.credit_cents, l.currency,
                                     l.currency_amount::text, l.due_on, l.vat_code, l.letters, l.sections)
                    ORDER BY l.position),
           array_agg(l.account::text), array_agg(l.auxiliary::text) FILTER (WHERE l.auxiliary <> '')
      INTO typed, numbers, auxiliaries
      FROM finance_draftline l WHERE l.draft_id = wanted;
    RETURN QUERY SELECT row_to_json(held), typed, s.years, s.accounts, s.parties
                   FROM finance_shelf(held.company_id, held.date, held.date, numbers, auxiliaries) s;
END $$;
"""
# Entries are counted from 1 in the order given, and what belongs to them says to which by that count.
ADD = """
CREATE FUNCTION finance_add(of_year integer, facts jsonb)
RETURNS TABLE (ids bigint[], numbers bigint[], heads json, held bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE drawn bigint[]; taken bigint[]; tallies json; many bigint; low bigint; high bigint;
BEGIN
    INSERT INTO finance_journalcounter (fiscal_year_id, journal_id, last_number, head)
    SELECT DISTINCT of_year, e.journal, 0, decode(repeat('00', 32), 'hex')
      FROM jsonb_to_recordset(facts->'entries') AS e (journal integer)
     WHERE NOT EXISTS (SELECT 1 FROM finance_journalcounter c
                        WHERE c.fiscal_year_id = of_year AND c.journal_id = e.journal);
    SELECT array_agg(nextval('finance_entry_id_seq')) INTO drawn
      FROM generate_series(1, jsonb_array_length(facts->'entries'));
    low := drawn[1];
    high := drawn[array_length(drawn, 1)];
    WITH added AS (
        INSERT INTO finance_entry (id, amount_cents, number, validated_at, company_id, fiscal_year_id, journal_id,
                                   line_count, date, validated_on, reverses_id)
        SELECT i.id, e.cents, c.last_number + row_number() OVER (PARTITION BY e.journal ORDER BY e.at),
               (facts->>'at')::timestamptz, (facts->>'company')::integer, of_year, e.journal,
               e.many, e.date, (facts->>'on')::date, e.reverses
          FROM jsonb_to_recordset(facts->'entries') AS e (at bigint, journal integer, cents bigint, many integer,
                                                         date date, reverses bigint)
          JOIN unnest(drawn) WITH ORDINALITY AS i (id, at) ON i.at = e.at
          JOIN finance_journalcounter c ON c.fiscal_year_id = of_year AND c.journal_id = e.journal
         ORDER BY i.id
        RETURNING id, number
    ) SELECT array_agg(number ORDER BY id) INTO taken FROM added;
    INSERT INTO finance_entrytext (entry_id, label, piece_ref, piece_date, source_number, author_id, author_name)
    SELECT i.id, e.label, e.piece_ref, e.piece_date, '', (facts->>'author')::uuid, facts->>'name'
      FROM jsonb_to_recordset(facts->'entries') AS e (at bigint, label text, piece_ref text, piece_date date)
      JOIN unnest(drawn) WITH ORDINALITY AS i (id, at) ON i.at = e.at;
    IF jsonb_array_length(facts->'origins') > 0 THEN
        INSERT INTO finance_entryorigin (entry_id, company_id, room, key)
        SELECT i.id, (facts->>'company')::integer, e.room, e.key
          FROM jsonb_to_recordset(facts->'origins') AS e (at bigint, room text, key text)
          JOIN unnest(drawn) WITH ORDINALITY AS i (id, at) ON i.at = e.at;
    END IF;
    INSERT INTO finance_line (entry_id, position, company_id, fiscal_year_id, journal_id, account_id, auxiliary_id,
                              date, debit_cents, credit_cents)
    SELECT i.id, l.position, (facts->>'company')::integer, of_year, l.journal, l.account, l.auxiliary, l.date, l.debit,
           l.credit
      FROM jsonb_to_recordset(facts->'lines') AS l (at bigint, position integer, journal integer, account integer,
                                                   auxiliary integer, date date, debit bigint, credit bigint)
      JOIN unnest(drawn) WITH ORDINALITY AS i (id, at) ON i.at = l.at
     ORDER BY i.id, l.position;
    IF jsonb_array_length(facts->'texts') > 0 THEN
        INSERT INTO finance_linetext (entry_id, position, label, piece_ref, piece_date)
        SELECT i.id, l.position, l.label, l.piece_ref, l.piece_date
          FROM jsonb_to_recordset(facts->'texts') AS l (at bigint, position integer, label text, piece_ref text,
                                                       piece_date date)
          JOIN unnest(drawn) WITH ORDINALITY AS i (id, at) ON i.at = l.at;
    END IF;
    IF jsonb_array_length(facts->'currencies') > 0 THEN
        INSERT INTO finance_linecurrency (entry_id, position, amount, currency)
        SELECT i.id, l.position, l.amount, l.currency
          FROM jsonb_to_recordset(facts->'currencies') AS l (at bigint, position integer, amount numeric, currency text)
          JOIN unnest(drawn) WITH ORDINALITY AS i (id, at) ON i.at = l.at;
    END IF;
    IF jsonb_array_length(facts->'dues') > 0 THEN
        INSERT INTO finance_linedue (entry_id, position, due_on)
        SELECT i.id, l.position, l.due_on
          FROM jsonb_to_recordset(facts->'dues') AS l (at bigint, position integer, due_on date)
          JOIN unnest(drawn) WITH ORDINALITY AS i (id, at) ON i.at = l.at;
    END IF;
    IF jsonb_array_length(facts->'vats') > 0 THEN
        INSERT INTO finance_linevat (entry_id, position, code)
        SELECT i.id, l.position, l.code
          FROM jsonb_to_recordset(facts->'vats') AS l (at bigint, position integer, code text)
          JOIN unnest(drawn) WITH ORDINALITY AS i (id, at) ON i.at = l.at;
    END IF;
    IF jsonb_array_length(facts->'sections') > 0 THEN
        INSERT INTO finance_linesection (entry_id, position, section_id, cents)
        SELECT i.id, l.position, l.section, l.cents
          FROM jsonb_to_recordset(facts->'sections') AS l (at bigint, position integer, section integer, cents bigint)
          JOIN unnest(drawn) WITH ORDINALITY AS i (id, at) ON i.at = l.at;
    END IF;
    PERFORM finance_link(of_year, low, high);
    SELECT json_agg(json_build_array(s.journal, s.number, s.head) ORDER BY s.journal), max(s.held) INTO tallies, many
      FROM finance_settle(of_year, low, high) s;
    RETURN QUERY SELECT drawn, taken, tallies, many;
END $$;
"""
DISCARD = """
CREATE FUNCTION finance_discard_drafts(posted bigint[], entries bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE finance_attachment d SET entry_id = m.entry, draft_id = NULL
      FROM unnest(posted, entries) AS m (draft, entry) WHERE d.draft_id = ANY (posted) AND d.draft_id = m.draft;
    DELETE FROM finance_draftline WHERE draft_id = ANY (posted);
    DELETE FROM finance_draftentry WHERE id = ANY (posted);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("finance", "0008_lettering_keys")]

    operations = [
        migrations.RunSQL(SHELF, "DROP FUNCTION finance_shelf(integer, date, date, text[], text[]);"),
        migrations.RunSQL(HOLD, "DROP FUNCTION finance_hold_draft(bigint);"),
        migrations.RunSQL(ADD, "DROP FUNCTION finance_add(integer, jsonb);"),
        migrations.RunSQL(DISCARD, "DROP FUNCTION finance_discard_drafts(bigint[], bigint[]);"),
    ]
