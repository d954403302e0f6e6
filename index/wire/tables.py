"""What the grammar knows by heart."""

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "Jan January",
            "Feb February",
            "Mar March",
            "Apr April",
            "May",
            "Jun June",
            "Jul July",
            "Aug August",
            "Sep Sept September",
            "Oct October",
            "Nov November",
            "Dec December",
        ),
        1,
    )
    for full in names.split()
    for name in (full, full.lower(), full.upper())
}

AGENCIES = {
    name: name
    for name in (
        "Reuters",
        "AP",
        "AFP",
        "Xinhua",
        "TASS",
        "dpa",
        "ANSA",
        "EFE",
        "Kyodo",
        "PTI",
        "UPI",
        "Interfax",
        "Yonhap",
        "Bernama",
        "Antara",
        "CNN",
        "Bloomberg",
        "Sputnik",
        "IANS",
        "ANI",
    )
} | {"AA": "Anadolu", "REUTERS": "Reuters"}

_STATES = [
    "Ala.",
    "Ariz.",
    "Ark.",
    "Calif.",
    "Colo.",
    "Conn.",
    "Del.",
    "Fla.",
    "Ga.",
    "Ill.",
    "Ind.",
    "Kan.",
    "Ky.",
    "La.",
    "Md.",
    "Mass.",
    "Mich.",
    "Minn.",
    "Miss.",
    "Mo.",
    "Mont.",
    "Neb.",
    "Nev.",
    "N.H.",
    "N.J.",
    "N.M.",
    "N.Y.",
    "N.C.",
    "N.D.",
    "Okla.",
    "Ore.",
    "Pa.",
    "R.I.",
    "S.C.",
    "S.D.",
    "Tenn.",
    "Vt.",
    "Va.",
    "Wash.",
    "W.Va.",
    "Wis.",
    "Wyo.",
    "Texas",
    "Ohio",
    "Iowa",
    "Maine",
    "Utah",
    "Idaho",
    "Alaska",
    "Hawaii",
]
REGIONS = {name.casefold().rstrip("."): ("US", "United States") for name in _STATES}

COUNTRIES = {
    name.casefold(): (code, name)
    for code, name in (
        ("TR", "Turkey"),
        ("SY", "Syria"),
        ("LB", "Lebanon"),
        ("FR", "France"),
        ("DE", "Germany"),
        ("JP", "Japan"),
        ("IN", "India"),
        ("RU", "Russia"),
        ("CH", "Switzerland"),
        ("IT", "Italy"),
    )
}

STANDALONE = {
    "beirut": ("LB", "Lebanon"),
    "geneva": ("CH", "Switzerland"),
    "damascus": ("SY", "Syria"),
    "london": ("GB", "United Kingdom"),
    "brussels": ("BE", "Belgium"),
    "moscow": ("RU", "Russia"),
    "washington": ("US", "United States"),
    "new york": ("US", "United States"),
    "tokyo": ("JP", "Japan"),
    "paris": ("FR", "France"),
    "rome": ("IT", "Italy"),
}
