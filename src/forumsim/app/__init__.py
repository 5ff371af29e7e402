"""The browser page: watch a run, steer it, compare two. ``forumsim view`` starts it."""
