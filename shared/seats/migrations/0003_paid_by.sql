-- How a booking was paid, where the first version had no word for it: it then says `card`.
ALTER TABLE bookings ADD COLUMN paid_by TEXT CHECK (paid_by IS NULL OR tender = 'card');
