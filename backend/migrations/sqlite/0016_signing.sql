-- The signature of an answer's token is left out: who asks again gets it signed again, which gives the same bytes.
ALTER TABLE answers ADD COLUMN signature_at INTEGER CHECK (signature_at > 0); -- how many bytes of the body go before it
ALTER TABLE answers ADD COLUMN vendor_id TEXT CHECK ((vendor_id IS NULL) = (signature_at IS NULL));
ALTER TABLE answers ADD COLUMN kid TEXT CHECK ((kid IS NULL) = (signature_at IS NULL));

-- A new pass says at once which key signs it.
CREATE TRIGGER new_passes_count_for_their_key AFTER INSERT ON passes
WHEN NEW.kid IS NOT NULL AND NEW.status <> 'invalid'
BEGIN
    UPDATE signing_keys SET passes = passes + 1 WHERE vendor_id = NEW.vendor_id AND kid = NEW.kid;
END;
