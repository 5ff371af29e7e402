"""SALib comes with the extra ``sensitivity``."""

import pytest

pytest.importorskip("SALib", reason="pip install 'forumsim[sensitivity]'")
