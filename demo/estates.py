"""The parcels and real-estate units of a block, and who holds them."""

from demo import words
from demo.block import HOME_PARCELS, WORK_PARCELS, Block, Company, Dwelling, Someone, street_address
from demo.rows import Parcel, RightHolder, Unit
from demo.territory import Plot

SOLE, JOINT, BY_SHARES = "单独所有", "共同共有", "按份共有"
Holder = tuple[str, str]
"""Identity number or credit code, and name."""


def register(block: Block) -> None:
    """Parcels, a unit for each dwelling and each premises, right holders. People and entities must exist."""
    for place, ground in enumerate(block.plots):
        home = place < HOME_PARCELS
        # the first entity on a work parcel holds it; developers hold most home parcels
        holder = block.companies[place * 7 % len(block.companies) if home else place - HOME_PARCELS]
        use = "城镇住宅用地" if home else ("商务金融用地", "工业用地", "零售商业用地", "物流仓储用地")[place % 4]
        held = not home or block.rng.random() < 0.6
        block.parcels.append(parcel_row(ground, use, words.ESTATES if home else words.PARKS, holder if held else None))
    for dwelling, members in block.homes:
        _home(block, dwelling, members)
    for place, (premises, company) in enumerate(block.premises):
        landlord = company if block.rng.random() < 0.4 else block.companies[place % WORK_PARCELS]
        enter(block, premises, ((landlord.credit_code, landlord.name, "100.00"),), SOLE, "办公")


def parcel_row(ground: Plot, use: str, estates: tuple[str, ...], holder: Company | None) -> Parcel:
    """The register's row of a plot; its price follows from its area."""
    ring = ground.ring()
    area = ground.area_square_metres()
    return Parcel(
        ground.code,
        street_address(ground, estates),
        use,
        f"{area}.00",
        ground.county,
        holder.credit_code if holder else None,
        holder.name if holder else None,
        f"{area * (3 + int(ground.code[14:]) % 9) / 10:.2f}" if holder else None,
        geojson(ring),
        polygon(ring),
    )


def geojson(ring: tuple[tuple[float, float], ...]) -> str:
    """A GeoJSON Polygon, longitude first (RFC 7946)."""
    corners = ",".join(f"[{x},{y}]" for x, y in ring)
    return f'{{"type":"Polygon","coordinates":[[{corners}]]}}'


def polygon(ring: tuple[tuple[float, float], ...]) -> str:
    """PostgreSQL's polygon, x = longitude; its ring is not closed."""
    return "(" + ",".join(f"({x},{y})" for x, y in ring[:-1]) + ")"


def _home(block: Block, dwelling: Dwelling, members: tuple[Someone, ...]) -> None:
    rng = block.rng
    draw = rng.random()
    head = members[0]
    if draw < 0.42 and len(members) > 1 and members[1].born.year < 2004:
        spouse = members[1]
        if draw < 0.34:
            holders, form = ((head.id_number, head.name, "50.00"), (spouse.id_number, spouse.name, "50.00")), JOINT
        else:
            holders, form = ((head.id_number, head.name, "70.00"), (spouse.id_number, spouse.name, "30.00")), BY_SHARES
        enter(block, dwelling, holders, form, "住宅")
        return
    if draw < 0.80:
        holder: Holder = (head.id_number, head.name)
    elif draw < 0.90:
        landlord = block.homes[int(rng.random() * len(block.homes))][1][0]
        holder = (landlord.id_number, landlord.name)
    else:
        company = block.companies[int(rng.random() * len(block.companies))]
        holder = (company.credit_code, company.name)
    enter(block, dwelling, ((*holder, "100.00"),), SOLE, "住宅")


def enter(block: Block, place: Dwelling, holders: tuple[tuple[str, str, str], ...], form: str, use: str) -> None:
    """A unit in the register with its holders (code, name, share in percent)."""
    rng = block.rng
    certificate = f"苏({2008 + int(rng.random() * 18)}){place.county}不动产权第{block.number:04d}{len(block.units):03d}号"
    block.units.append(
        Unit(
            place.unit_code,
            place.parcel,
            place.county,
            place.text,
            use,
            f"{45 + int(110 * rng.random())}.{int(100 * rng.random()):02d}",
            form,
            "t" if rng.random() < 0.25 else "f",
            "t" if rng.random() < 0.01 else "f",
            certificate,
        )
    )
    for position, (code, name, share) in enumerate(holders, start=1):
        block.right_holders.append(RightHolder(place.unit_code, str(position), code, name, share))
