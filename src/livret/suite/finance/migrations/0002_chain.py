"""What an entry's seal is made of: the canonical text of its lines, its digest, and the chain."""

from django.db import migrations

REFERENCE = """
CREATE FUNCTION finance_reference(code text, number bigint, source text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN source <> '' THEN source
                WHEN number < 1000000 THEN code || '-' || lpad(number::text, 6, '0')
                ELSE code || '-' || number END
$$;
"""
REFERENCE_BACK = "DROP FUNCTION finance_reference(text, bigint, text);"

DIGEST = """
CREATE FUNCTION finance_digests(of_year integer, first_id bigint, last_id bigint)
RETURNS TABLE (entry_id bigint, journal_id integer, number bigint, digest bytea) LANGUAGE sql STABLE AS $$
    SELECT e.id, e.journal_id, e.number,
           sha256(convert_to(
               json_build_array(1, c.siren, y.first_day, y.last_day, j.code, e.number,
                                finance_reference(j.code, e.number, t.source_number),
                                e.date, e.validated_on, t.label, t.piece_ref, t.piece_date)::text
               || chr(10) || lines.canonical, 'UTF8'))
      FROM finance_entry e
      JOIN company_company c ON c.id = e.company_id
      JOIN company_fiscalyear y ON y.id = e.fiscal_year_id
      JOIN finance_journal j ON j.id = e.journal_id
      JOIN finance_entrytext t ON t.entry_id = e.id AND t.entry_id BETWEEN first_id AND last_id
      JOIN (SELECT l.entry_id,
                   string_agg(json_build_array(
                       l.position, a.number, x.number, l.date, l.debit_cents, l.credit_cents,
                       lt.label, lt.piece_ref, lt.piece_date, lc.amount::text, lc.currency)::text,
                       chr(10) ORDER BY l.position) AS canonical
              FROM finance_line l
              JOIN finance_chartaccount a ON a.id = l.account_id
              LEFT JOIN finance_auxiliaryaccount x ON x.id = l.auxiliary_id
              LEFT JOIN finance_linetext lt ON lt.entry_id = l.entry_id AND lt.position = l.position
                                           AND lt.entry_id BETWEEN first_id AND last_id
              LEFT JOIN finance_linecurrency lc ON lc.entry_id = l.entry_id AND lc.position = l.position
                                               AND lc.entry_id BETWEEN first_id AND last_id
             WHERE l.entry_id BETWEEN first_id AND last_id AND l.fiscal_year_id = of_year
             GROUP BY l.entry_id) lines ON lines.entry_id = e.id
     WHERE e.fiscal_year_id = of_year AND e.id BETWEEN first_id AND last_id
$$;
"""
DIGEST_BACK = "DROP FUNCTION finance_digests(integer, bigint, bigint);"

CHAIN = """
CREATE FUNCTION finance_chain_step(state bytea, head bytea, digest bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(coalesce(state, head) || digest)
$$;
CREATE AGGREGATE finance_chain(head bytea, digest bytea) (SFUNC = finance_chain_step, STYPE = bytea);
"""
CHAIN_BACK = """
DROP AGGREGATE finance_chain(bytea, bytea);
DROP FUNCTION finance_chain_step(bytea, bytea, bytea);
"""


class Migration(migrations.Migration):

    dependencies = [("finance", "0001_initial"), ("company", "0002_guards")]

    operations = [
        migrations.RunSQL(REFERENCE, REFERENCE_BACK),
        migrations.RunSQL(DIGEST, DIGEST_BACK),
        migrations.RunSQL(CHAIN, CHAIN_BACK),
    ]
