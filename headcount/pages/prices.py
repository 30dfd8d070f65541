"""What users and packages would cost by the lists, where no line has been billed yet: of open periods and of forecasts.

Each tier is rounded once, half up, as the lines are (docs/contract/marts.md); a test holds it against every billed period.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal


class Cards:
    """The rate cards of all products."""

    def __init__(self, reading):
        self._digits = reading.digits
        self._cards: dict[tuple[str, str], dict[date, list[dict]]] = {}
        for row in reading.rows("select * from seeds.example_rate_cards order by product, currency, valid_from, tier_number"):
            self._cards.setdefault((row["product"], row["currency"]), {}).setdefault(row["valid_from"], []).append(row)

    def amount(self, product: str, currency: str, on: date, users: int) -> Decimal | None:
        """What so many users cost by the card valid on that day; None without a card."""
        lines = self.lines(product, currency, on, users)
        return None if lines is None else sum((line["amount"] for line in lines), Decimal(0))

    def lines(self, product: str, currency: str, on: date, users: int) -> list[dict] | None:
        """The line of each tier that so many users reach; None without a card."""
        tiers = self._valid(product, currency, on)
        return tiers and [self._of_tier(tier, users, currency) for tier in tiers if users >= (tier["from_user"] or 1)]

    def flat_fee(self, product: str, currency: str, on: date, tier_number: int) -> Decimal | None:
        """The flat fee of a tier of the card valid on that day."""
        tiers = self._valid(product, currency, on) or []
        return next((Decimal(tier["flat_fee"] or 0) for tier in tiers if tier["tier_number"] == tier_number), None)

    def _valid(self, product: str, currency: str, on: date) -> list[dict] | None:
        """The tiers of the card valid on that day."""
        dated = [(since, card) for since, card in self._cards.get((product, currency), {}).items() if since <= on]
        return max(dated, key=lambda card: card[0])[1] if dated else None

    def _of_tier(self, tier: dict, users: int, currency: str) -> dict:
        first, last = tier["from_user"] or 1, tier["to_user"]
        quantity = min(users, last if last is not None else users) - first + 1
        price, flat_fee = Decimal(tier["unit_price"] or 0), Decimal(tier["flat_fee"] or 0)
        cent = Decimal(1).scaleb(-self._digits.get(currency, 0))
        amount = (quantity * price + flat_fee).quantize(cent, ROUND_HALF_UP)
        return {
            "from_user": first,
            "to_user": last,
            "quantity": quantity,
            "unit_price": price,
            "flat_fee": flat_fee,
            "amount": amount,
        }


def packages(reading, product: str, plan: str, duration: str, currency: str, on: date) -> list[dict]:
    """The packages of a plan and duration on the list of that day, the smallest limit first; an empty one is unlimited."""
    return reading.rows(
        """
        select client_limit, price, currency
        from (
            select client_limit, cast(price as decimal(18, 6)) as price, currency, valid_from
            from seeds.example_package_prices
            where product = $product and plan = $plan and duration = $duration and currency = $currency and valid_from <= $day
            qualify row_number() over (partition by client_limit order by valid_from desc) = 1
        ) as valid
        order by client_limit nulls last
        """,
        product=product, plan=plan, duration=duration, currency=currency, day=on,
    )  # fmt: skip
