"""Risk assessment and early warning for the handling of cases: what every region shares."""
