from pathlib import Path

import pytest
from synthetic_results import write_results


@pytest.fixture(scope="session")
def sweep_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_results(tmp_path_factory.mktemp("results") / "sweep", replicates=5)
