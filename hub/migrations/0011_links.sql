-- Since when the serving hub can ask the node for seats; none while it cannot.
ALTER TABLE nodes ADD COLUMN reachable_since INTEGER;
