"""A version's file and description never change; only a draft can be deleted.

State, the decision and the scan move forward: nothing becomes a draft again, nothing infected
becomes clean.
"""

from django.db import migrations

SQL = """
CREATE FUNCTION documents_version_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state = 'draft' THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'a document that was submitted stays'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (NEW.id, NEW.document_id, NEW.number, NEW.name, NEW.file_kind, NEW.size, NEW.sha256,
        NEW.stored_as, NEW.issuer, NEW.reference, NEW.uploaded_by_id, NEW.uploaded_at)
        IS DISTINCT FROM
       (OLD.id, OLD.document_id, OLD.number, OLD.name, OLD.file_kind, OLD.size, OLD.sha256,
        OLD.stored_as, OLD.issuer, OLD.reference, OLD.uploaded_by_id, OLD.uploaded_at)
        OR NEW.issued_on IS DISTINCT FROM OLD.issued_on
        OR NEW.expires_on IS DISTINCT FROM OLD.expires_on
    THEN
        RAISE EXCEPTION 'a version of a document stays as it was uploaded'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.state <> OLD.state AND NOT (
        (OLD.state = 'draft' AND NEW.state IN ('submitted', 'replaced'))
        OR (OLD.state = 'submitted' AND NEW.state IN ('approved', 'rejected', 'replaced'))
        OR (OLD.state = 'approved' AND NEW.state IN ('rejected', 'replaced'))
    ) THEN
        RAISE EXCEPTION 'a document does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.scan = 'infected' AND NEW.scan <> 'infected' THEN
        RAISE EXCEPTION 'what was found infected stays so'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER documents_documentversion_stays
    BEFORE UPDATE OR DELETE ON documents_documentversion
    FOR EACH ROW EXECUTE FUNCTION documents_version_stays();
"""
UNDO = "DROP FUNCTION documents_version_stays() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]
    operations = [migrations.RunSQL(sql=SQL, reverse_sql=UNDO)]
