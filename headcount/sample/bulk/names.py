"""Invented names of places, people, plans, rooms and products."""

from random import Random

COWORKS = (
    ("Lanternhouse", "Europe/Lisbon", 0, "EUR", ("Graça", "Alcântara", "Marvila")),
    ("Brick & Bramble", "Europe/London", 0, "GBP", ("Foundry Lane", "Canal Basin")),
    ("Tall Pine Commons", "America/Denver", -7, "USD", ("Union Loft",)),
    ("Hoshi Desk", "Asia/Tokyo", 9, "JPY", ("Yanaka", "Kiyosumi")),
    ("Dune House", "Asia/Kuwait", 3, "KWD", ("Salmiya",)),
    ("Atelier Nord", "Europe/Berlin", 1, "EUR", ("Wedding", "Neukölln")),
)

CLINICS = (
    ("Fig & Fennel Nutrition", "Europe/Lisbon", 0, "EUR"),
    ("Clear Broth Clinic", "America/Chicago", -6, "USD"),
    ("Thistle & Thyme Dietetics", "Europe/London", 0, "GBP"),
    ("Komorebi Nutrition", "Asia/Tokyo", 9, "JPY"),
    ("Date Grove Wellness", "Asia/Kuwait", 3, "KWD"),
    ("Praxis Rote Beete", "Europe/Berlin", 1, "EUR"),
)

GIVEN = [
    "Alma",
    "Anouk",
    "Bao",
    "Bela",
    "Caspian",
    "Dario",
    "Delphine",
    "Edda",
    "Elio",
    "Esme",
    "Farid",
    "Fenna",
    "Goran",
    "Hana",
    "Idris",
    "Ines",
    "Ivo",
    "Jarek",
    "Joana",
    "Juno",
    "Kaito",
    "Kalila",
    "Lark",
    "Leocadia",
    "Ludo",
    "Mads",
    "Maren",
    "Mika",
    "Nadia",
    "Noor",
    "Odile",
    "Orla",
    "Otis",
    "Paloma",
    "Quill",
    "Rafi",
    "Ren",
    "Rosalind",
    "Sefa",
    "Soren",
    "Tamsin",
    "Thaddeus",
    "Uma",
    "Vela",
    "Viggo",
    "Wanda",
    "Wren",
    "Xanthe",
    "Yara",
    "Zelda",
]

FAMILY = [
    "Abernook",
    "Ashgrove",
    "Bellweather",
    "Brackenridge",
    "Calloway-Moss",
    "Dovetail",
    "Eastmere",
    "Farrowdale",
    "Fennimore",
    "Glasswright",
    "Greycloud",
    "Halloran-Vale",
    "Harrowgate",
    "Inkwell",
    "Juniperson",
    "Kestrelby",
    "Larkspur",
    "Lindqvale",
    "Marrowfield",
    "Moonbury",
    "Northolt",
    "Oakenshaw",
    "Ostrander",
    "Pepperell",
    "Quillfeather",
    "Ravensworth",
    "Redpath",
    "Saltmarsh",
    "Silverthorne",
    "Stonebridge",
    "Tallowby",
    "Thornquist",
    "Umberton",
    "Vantongeren",
    "Waterhouse-Bly",
    "Whitlock",
    "Wickersham",
    "Wolfsbane",
    "Yarrowdale",
    "Zephyrine",
]

ROOMS = (
    ("Juniper Room", 18),
    ("The Foundry", 45),
    ("Phone Nook 1", 0),
    ("Phone Nook 2", 0),
    ("Copper Boardroom", 60),
    ("Podcast Den", 25),
    ("Day Desk", 12),
    ("Workshop Bench", 20),
)

PLANS = (
    ("Community", 0, 12),
    ("Virtual Mailbox", 29, 8),
    ("Night Owl", 79, 10),
    ("Hot Desk Flex", 129, 34),
    ("Resident Desk", 219, 22),
    ("Studio for Four", 780, 6),
)

RECURRING = (("Locker", 15), ("Mail Handling", 20), ("Bike Hook", 0), ("Second Monitor", 25))

ONE_OFF = (("Coffee Card", 22), ("Day Pass", 24), ("Print Bundle", 9), ("Welcome Tote", 0), ("Key Fob", 12))

EVENTS = (
    ("Founders' Breakfast", 0),
    ("Soup & Spreadsheets", 8),
    ("Night of the Makers", 18),
    ("Tax Season Survival", 25),
    ("Rooftop Film Club", 12),
)

def person(rng: Random) -> str:
    """The name of nobody."""
    return f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}"
