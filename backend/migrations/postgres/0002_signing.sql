-- The signature of an answer's token is left out: who asks again gets it signed again, which gives the same bytes.
ALTER TABLE answers
    ADD COLUMN signature_at BIGINT CHECK (signature_at > 0), -- how many bytes of the body go before it
    ADD COLUMN vendor_id TEXT COLLATE "C",
    ADD COLUMN kid TEXT COLLATE "C",
    ADD CHECK ((vendor_id IS NULL) = (signature_at IS NULL)),
    ADD CHECK ((kid IS NULL) = (signature_at IS NULL));

-- A new pass says at once which key signs it.
CREATE FUNCTION new_passes_count_for_their_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE signing_keys SET passes = passes + 1 WHERE vendor_id = NEW.vendor_id AND kid = NEW.kid;
    RETURN NULL;
END $$;

CREATE TRIGGER new_passes_count_for_their_key AFTER INSERT ON passes
FOR EACH ROW WHEN (NEW.kid IS NOT NULL AND NEW.status <> 'invalid') EXECUTE FUNCTION new_passes_count_for_their_key();
