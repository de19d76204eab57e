-- Of what a pledge's node has taken for it, so much goes back over that node's counter, in all.
ALTER TABLE pledges ADD COLUMN back_at_counter_won INTEGER NOT NULL DEFAULT 0
    CHECK (back_at_counter_won >= 0);
