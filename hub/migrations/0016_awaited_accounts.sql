-- Refunds that wait until the buyer has said which bank account the money goes to. The account
-- itself is told to the payments module and kept there.
CREATE TABLE awaited_accounts (
    refund_id  BLOB    NOT NULL PRIMARY KEY CHECK (length(refund_id) = 16),
    order_id   BLOB    NOT NULL CHECK (length(order_id) = 16),
    amount_won INTEGER NOT NULL CHECK (amount_won > 0),
    since      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX awaited_accounts_of_order ON awaited_accounts (order_id);
