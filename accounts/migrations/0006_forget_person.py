"""The one way by which the history forgets who a leaver was.

The application's login can neither change nor delete events. This function runs with the owner's
rights and does one thing with them: it puts a pseudonym in place of the name and the addresses of
one person who has left. It takes nothing but the person's number, so it writes no other words.
See docs/adr/0016-forgetting-a-leaver.md.
"""

from django.db import migrations

FORGET = r"""
CREATE OR REPLACE FUNCTION public.pilotage_forget_person(who bigint, really boolean)
RETURNS TABLE (place text, amount bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$
DECLARE
    person public.accounts_user%ROWTYPE;
    pseudonym text := 'Former colleague ' || who;
    address text := 'former-' || who || '@removed.invalid';
    addresses text[];
    names text[];
    special text := '([].*+?^$(){}|\\[-])';
    by_mail text;  -- pattern of every address they had
    by_name text;  -- pattern of names of two words or more that nobody else has
    by_value text;  -- pattern of JSON values that are exactly their name
    by_row text;  -- pattern of JSON that names the person by number
    spot record;
    said text;
    test text;
    hits bigint;
    ignored text := current_setting('pgtrigger.ignore', true);
BEGIN
    SELECT * INTO person FROM public.accounts_user WHERE id = who FOR UPDATE;
    IF person.id IS NULL OR person.is_active OR person.forgotten_at IS NOT NULL THEN
        RAISE EXCEPTION 'pilotage: only somebody who has left is forgotten, and once'
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT array_agg(DISTINCT lower(a)) FILTER (WHERE a LIKE '%@%'),
           array_agg(DISTINCT n) FILTER (WHERE n <> '')
      INTO addresses, names
      FROM (SELECT person.email AS a, person.name AS n
            UNION SELECT v.row ->> 'email', v.row ->> 'name'
              FROM public.accounts_event e, LATERAL (VALUES (e.before), (e.after)) v(row)
             WHERE e.person_id = who
               AND e.verb IN ('person.added', 'person.edited', 'preferences.set')
               AND jsonb_typeof(v.row) = 'object') known;
    -- A name somebody else bears too says nothing about this person: it stays in texts.
    names := ARRAY(SELECT n FROM unnest(names) n WHERE NOT EXISTS (
        SELECT 1 FROM public.accounts_user u WHERE u.id <> who AND lower(u.name) = lower(n)));
    SELECT '(?<![[:alnum:]._%+-])(?:'
           || string_agg(replace(regexp_replace(a, special, '\\\1', 'g'), '@', '(?:@|%40)'), '|'
                         ORDER BY length(a) DESC)
           || ')(?!\.?[[:alnum:]-])'
      INTO by_mail FROM unnest(addresses) a;
    SELECT '(?<![[:alnum:]])(?:'
           || string_agg(regexp_replace(n, special, '\\\1', 'g'), '|' ORDER BY length(n) DESC)
           || ')(?![[:alnum:]])'
      INTO by_name FROM unnest(names) n WHERE n ~ '[^[:space:]][[:space:]]+[^[:space:]]';
    SELECT '"(?:' || string_agg(regexp_replace(
               trim('"' FROM to_jsonb(n)::text), special, '\\\1', 'g'), '|') || ')"'
      INTO by_value FROM unnest(names) n;
    by_row := '\{"id": ' || who || ', "name": "(?:[^"\\]|\\.)*"\}';
    IF really THEN
        PERFORM set_config('pgtrigger.ignore', coalesce((
            SELECT array_agg(DISTINCT tgname)::text FROM pg_trigger
             WHERE tgname LIKE 'pgtrigger\_%' AND NOT tgisinternal), '{}'), true);
        UPDATE public.accounts_user SET name = pseudonym, email = address WHERE id = who;
    END IF;
    FOR spot IN
        SELECT c.relname AS tab, a.attname AS col, a.atttypid IN (114, 3802) AS json,
               format_type(a.atttypid, a.atttypmod) AS kind,
               CASE WHEN a.attname LIKE '%\_key' THEN lower(pseudonym) ELSE pseudonym END AS new
          FROM pg_attribute a
          JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
          JOIN pg_namespace s ON s.oid = c.relnamespace AND s.nspname = 'public'
         WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
           AND a.atttypid IN (25, 1043, 1042, 114, 3802, 1009, 1015)
           AND c.relname NOT IN ('django_migrations', 'django_session', 'pilotage_cache')
         ORDER BY c.relname, a.attnum
    LOOP
        said := format('%I::text', spot.col);
        test := format('%s ~* %L', said, by_mail);
        said := format('regexp_replace(%s, %L, %L, ''gi'')', said, by_mail, address);
        IF by_name IS NOT NULL THEN
            test := test || format(' OR %I::text ~* %L', spot.col, by_name);
            said := format('regexp_replace(%s, %L, %L, ''gi'')', said, by_name, spot.new);
        END IF;
        IF spot.json THEN
            test := test || format(' OR %I::text ~ %L', spot.col, by_row);
            said := format('regexp_replace(%s, %L, %L, ''g'')', said, by_row,
                           format('{"id": %s, "name": "%s"}', who, pseudonym));
            -- A pilot or a unit may be called as they are: in events only their own are changed.
            IF by_value IS NOT NULL AND spot.tab NOT LIKE '%event' THEN
                test := test || format(' OR %I::text ~ %L', spot.col, by_value);
                said := format('regexp_replace(%s, %L, %L, ''g'')', said, by_value,
                               '"' || pseudonym || '"');
            ELSIF by_value IS NOT NULL AND spot.tab = 'accounts_event' THEN
                test := test || format(' OR (person_id = %s AND %I::text ~ %L)', who, spot.col,
                                       by_value);
                said := format('CASE WHEN person_id = %s THEN regexp_replace(%s, %L, %L, ''g'')'
                               ' ELSE %s END', who, said, by_value, '"' || pseudonym || '"', said);
            END IF;
        END IF;
        IF really THEN
            EXECUTE format('UPDATE public.%I SET %I = (%s)::%s WHERE %s',
                           spot.tab, spot.col, said, spot.kind, test);
        ELSE
            EXECUTE format('SELECT 1 FROM public.%I WHERE (%s)', spot.tab, test)
                || CASE WHEN spot.tab = 'accounts_user' THEN format(' AND id <> %s', who) ELSE '' END;
        END IF;
        GET DIAGNOSTICS hits = ROW_COUNT;
        IF hits > 0 THEN
            place := spot.tab; amount := hits; RETURN NEXT;
        END IF;
    END LOOP;
    IF really THEN
        PERFORM set_config('pgtrigger.ignore', coalesce(nullif(ignored, ''), '{}'), true);
    END IF;
END
$body$;
REVOKE ALL ON FUNCTION public.pilotage_forget_person(bigint, boolean) FROM PUBLIC;
"""
GONE = "DROP FUNCTION IF EXISTS public.pilotage_forget_person(bigint, boolean)"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_company"),
    ]

    operations = [migrations.RunSQL(FORGET, GONE)]
