-- Where money goes back that was paid into an account: told by the buyer, kept until it has gone.
CREATE TABLE refund_accounts (
    order_id       BLOB    NOT NULL PRIMARY KEY REFERENCES orders,
    bank           TEXT    NOT NULL,
    account_number TEXT    NOT NULL,
    holder         TEXT    NOT NULL,
    given_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
