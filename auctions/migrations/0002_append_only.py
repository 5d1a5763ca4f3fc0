"""The ledger can only be added to.

Every role but the tables' owner loses UPDATE, DELETE and TRUNCATE; a trigger refuses them to the
owner as well. The one way out is ``auctions_prune_demo(uuid)``, which removes an ended demo
auction. The trigger believes no setting: it looks up ``is_demo`` itself, and ``is_demo`` can never
be changed.
"""

from django.db import migrations

CHAINS = ("auctions_ledgerentry", "auctions_attemptentry", "auctions_checkpoint")

FUNCTIONS = """
CREATE FUNCTION auctions_append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF TG_OP = 'DELETE'
        AND current_setting('fairfall.prune', true) = OLD.auction_id::text
        AND EXISTS (
            SELECT 1 FROM public.auctions_auction
            WHERE id = OLD.auction_id AND is_demo AND closed_at IS NOT NULL
        )
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% of % refused: the ledger can only be added to', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION auctions_demo_is_for_ever() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    RAISE EXCEPTION 'whether an auction is a demo can never be changed'
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER auctions_auction_demo_is_for_ever
    BEFORE UPDATE OF is_demo ON auctions_auction
    FOR EACH ROW WHEN (OLD.is_demo IS DISTINCT FROM NEW.is_demo)
    EXECUTE FUNCTION auctions_demo_is_for_ever();

CREATE FUNCTION auctions_prune_demo(auction uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    entries integer;
BEGIN
    PERFORM 1 FROM public.auctions_auction
        WHERE id = auction AND is_demo AND closed_at IS NOT NULL FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'auction % is not an ended demo', auction
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('fairfall.prune', auction::text, true);
    DELETE FROM public.auctions_commandoutcome WHERE auction_id = auction;
    DELETE FROM public.auctions_snapshot WHERE auction_id = auction;
    DELETE FROM public.auctions_checkpoint WHERE auction_id = auction;
    DELETE FROM public.auctions_attemptentry WHERE auction_id = auction;
    DELETE FROM public.auctions_ledgerentry WHERE auction_id = auction;
    GET DIAGNOSTICS entries = ROW_COUNT;
    DELETE FROM public.auctions_lotreserve WHERE auction_id = auction;
    DELETE FROM public.auctions_seat WHERE auction_id = auction;
    DELETE FROM public.auctions_auction WHERE id = auction;
    PERFORM set_config('fairfall.prune', '', true);
    RETURN entries;
END $$;
REVOKE ALL ON FUNCTION auctions_prune_demo(uuid) FROM PUBLIC;

ALTER TABLE auctions_gatelease SET UNLOGGED;
"""

PROTECT = """
CREATE TRIGGER {table}_append_only
    BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION auctions_append_only();
CREATE TRIGGER {table}_no_truncate
    BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION auctions_append_only();
"""

# Whatever roles were granted rights by default privileges lose those the ledger must not give.
REVOKE = """
DO $$
DECLARE
    protected text;
    grantee text;
BEGIN
    FOREACH protected IN ARRAY ARRAY[{tables}] LOOP
        FOR grantee IN
            SELECT DISTINCT
                CASE WHEN acl.grantee = 0 THEN 'PUBLIC'
                     ELSE quote_ident(pg_get_userbyid(acl.grantee)) END
            FROM pg_class, LATERAL aclexplode(relacl) AS acl
            WHERE oid = protected::regclass AND acl.grantee <> relowner
        LOOP
            EXECUTE format(
                'REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON %s FROM %s', protected, grantee
            );
        END LOOP;
    END LOOP;
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'fairfall_app') THEN
        GRANT EXECUTE ON FUNCTION auctions_prune_demo(uuid) TO fairfall_app;
    END IF;
END $$;
"""

UNDO = """
DROP TRIGGER auctions_auction_demo_is_for_ever ON auctions_auction;
DROP FUNCTION auctions_prune_demo(uuid);
DROP FUNCTION auctions_demo_is_for_ever();
DROP FUNCTION auctions_append_only() CASCADE;
ALTER TABLE auctions_gatelease SET LOGGED;
"""


class Migration(migrations.Migration):
    dependencies = [("auctions", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=FUNCTIONS
            + "".join(PROTECT.format(table=table) for table in CHAINS)
            + REVOKE.format(tables=", ".join(f"'{table}'" for table in CHAINS)),
            reverse_sql=UNDO,
        )
    ]
