"""Renew the digests of the golden runs and say what changed: ``make golden``."""

from golden_runs import FILE, as_toml, differences, digests, stored

if __name__ == "__main__":
    found = digests()
    changes = differences(stored(), found)
    FILE.write_text(as_toml(found), encoding="utf-8")
    print("\n".join(changes) if changes else "golden digests: nothing changed")
    if changes:
        print("Say in the commit what changed these results and why.")
