"""The backtest: the scenario ``ai_governance`` held against the rosters of autumn 2024 and the life of organisations.

`compare` asks the rule of membership and two logits who is in which forum; `lives` counts births, deaths, exits and
joins in runs. Nothing here is fitted to what it is scored on, but the scenario's own parameters were (see `compare`).
"""
