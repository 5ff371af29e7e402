"""What the rules share: the value of a membership, its sums, partners of a meeting, the event log."""
