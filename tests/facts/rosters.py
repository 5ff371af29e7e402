"""Rosters as published, by ISO codes; EUU is the European Union."""

# ruff: noqa: SIM905 -- a list of codes is easier to check against its source as one text

G7 = frozenset("CAN DEU EUU FRA GBR ITA JPN USA".split())
#: Founders of the Global Partnership on AI (joint statement of 15 June 2020).
GPAI_FOUNDERS = frozenset("AUS CAN DEU EUU FRA GBR IND ITA JPN KOR MEX NZL SGP SVN USA".split())
#: The AI Partnership for Defense at its first meeting (joint statement of September 2020).
PFD_FOUNDERS = frozenset("AUS CAN DNK EST FIN FRA GBR ISR JPN KOR NOR SWE USA".split())
#: The European Union and its members.
UNION = frozenset(
    "AUT BEL BGR CYP CZE DEU DNK ESP EST EUU FIN FRA GRC HRV HUN IRL ITA LTU LUX LVA MLT NLD POL PRT ROU SVK SVN SWE"
    .split()
)  # fmt: skip
#: The 28 states and the Union that signed at Bletchley (gov.uk, 1 November 2023).
BLETCHLEY = frozenset(
    "ARE AUS BRA CAN CHE CHL CHN DEU ESP EUU FRA GBR IDN IND IRL ISR ITA JPN KEN KOR NGA NLD PHL RWA SAU SGP TUR UKR "
    "USA".split()
)
#: The 27 states and the Union of the Seoul Ministerial Statement (gov.uk, 22 May 2024).
SEOUL = BLETCHLEY - {"BRA", "CHN", "IRL"} | {"MEX", "NZL"}
#: The ten states and the Union of the Seoul Declaration (gov.uk, 21 May 2024).
SEOUL_DECLARATION = G7 | {"AUS", "KOR", "SGP"}
