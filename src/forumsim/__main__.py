"""The command ``forumsim``, and ``python -m forumsim``: Ctrl-C is heeded from the first import on."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line of this process."""
    try:
        from forumsim.commands.cli import main as run
        from forumsim.core.cache import settle_matplotlib

        settle_matplotlib()
        run()
    except KeyboardInterrupt:  # while libraries are still being imported; commands see to it themselves
        print("\nforumsim: interrupted", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
