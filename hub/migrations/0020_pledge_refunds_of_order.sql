-- Each piece of a pledge's money that goes back is looked for by the order that paid it.
CREATE INDEX pledge_refunds_of_order ON pledge_refunds (order_id, amount_won);
