-- The hub has not told this kiosk of campaigns and pledges while its program did not know them:
-- everything is read once more. What is known already stays as it is.
UPDATE peers SET applied_seq = 0;
