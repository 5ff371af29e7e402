"""A scenario: climate clubs (Nordhaus 2015, American Economic Review 105): a carbon price, and a tariff on outsiders.

Countries differ in size and in the carbon price that suits them. The club is open to all that accept its price. Its
members put a tariff on the others: staying outside costs ``rate`` times the share of power that the club has.
"""

from math import exp

from forumsim.extensions import parameter, rule, scenario

CLUB = {"id": "club", "name": "Climate club", "mandate": "carbon", "charter_carbon": 0.8, "admission": "open"}


@scenario(
    title="Climate clubs: a carbon price and a tariff on outsiders",
    references=["Nordhaus, W. (2015). Climate clubs. American Economic Review 105, 1339-1370."],
    issues={"carbon": ("Carbon price", "no price", "the price that stops warming")},
    blocs=("founders", "others"),
    forums=[CLUB],
    steps=40,
    parameters={"rule.founding": False, "dialogue.level": 0, "utility.cost": 2},
    countries=parameter(30, 5, 200, "Number of countries.", unit="countries", whole=True),
    founders=parameter(0.2, 0, 1, "Share of the countries that found the club.", unit="share"),
)
def climate_clubs(draw, countries, founders):
    for k in range(countries):
        first = k < max(1, round(founders * countries))
        yield {"id": f"c{k + 1:02d}", "bloc": "founders" if first else "others", "power": exp(2 * draw(k, 0)),
               "position_carbon": 0.8 if first else 0.8 * draw(k, 1), "forums": ["club"] if first else []}  # fmt: skip


@rule(before="membership", rate=parameter(0, 0, 20, "Tariff of a club that has all power.", unit="logit", range=(0, 8)))
def carbon_tariff(world, p, rate):
    inside = world.power * world.member[0]
    world.reservation[:] = -rate * (inside.sum() - inside)  # what the others in the club would charge
