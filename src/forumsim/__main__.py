"""``python -m forumsim``: the same as the command ``forumsim``."""

from forumsim.cli import main

if __name__ == "__main__":
    main()
