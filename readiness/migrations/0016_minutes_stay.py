from django.db import migrations

# Beside the model's own triggers, which a session can tell to be quiet: these cannot be. Only who
# owns the tables passes, as when a leaver is forgotten; docs/adr/0016-forgetting-a-leaver.md.
STAY = """
CREATE FUNCTION public.readiness_minutes_stay() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    mine boolean;
BEGIN
    SELECT pg_has_role(current_user, relowner, 'USAGE') INTO mine
      FROM pg_class WHERE oid = TG_RELID;
    IF mine THEN
        NULL;
    ELSIF TG_TABLE_NAME = 'readiness_meeting' THEN
        IF OLD.closed_at IS NOT NULL THEN
            RAISE EXCEPTION 'The minutes of a closed board cannot be changed';
        END IF;
    ELSIF EXISTS (
        SELECT 1 FROM public.readiness_meeting m
         WHERE m.closed_at IS NOT NULL
           AND m.id IN (CASE WHEN TG_OP <> 'DELETE' THEN NEW.meeting_id END,
                        CASE WHEN TG_OP <> 'INSERT' THEN OLD.meeting_id END)
    ) THEN
        RAISE EXCEPTION 'The minutes of a closed board cannot be changed';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER minutes_stay BEFORE UPDATE OR DELETE ON readiness_meeting
    FOR EACH ROW EXECUTE FUNCTION public.readiness_minutes_stay();
CREATE TRIGGER minutes_stay BEFORE INSERT OR UPDATE OR DELETE ON readiness_agendaitem
    FOR EACH ROW EXECUTE FUNCTION public.readiness_minutes_stay();
"""
GONE = """
DROP TRIGGER minutes_stay ON readiness_meeting;
DROP TRIGGER minutes_stay ON readiness_agendaitem;
DROP FUNCTION public.readiness_minutes_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("readiness", "0015_answers_ending")]
    operations = [migrations.RunSQL(STAY, GONE)]
