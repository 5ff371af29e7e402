"""One run: from a scenario and parameters to its outcome and tables, interventions, the Mesa model."""
