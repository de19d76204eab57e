-- An operator has said which copy of a node's database is to recover. Carried out when that copy
-- introduces itself, and over when one has come with an incarnation above.
ALTER TABLE nodes ADD COLUMN recover_copy TEXT CHECK (recover_copy IN ('in_service', 'put_aside'));
ALTER TABLE nodes ADD COLUMN recover_above INTEGER
    CHECK ((recover_above IS NULL) = (recover_copy IS NULL));
