"""The currencies that an account may be in: ISO 4217's active codes and its withdrawn ones, with their minor units."""

from headcount import seeds

# The codes of ISO 4217 (tables A.1 and A.3), by the digits of their amounts; those without digits bill nobody.
ACTIVE = {
    0: """
        BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF
    """,
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD
        CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
        GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD
        LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB
        PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP
        SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW
        ZWG
    """,
    3: """
        BHD IQD JOD KWD LYD OMR TND
    """,
    4: """
        CLF UYW
    """,
}

WITHDRAWN = {
    0: """
        ADP BEC BEF BEL BYB BYR ESA ESB ESP GRD ITL LUC LUF LUL MGF MLF PTE TPE TRL
    """,
    2: """
        AFA ALK ANG AOK AON AOR ARA ARP ARY ATS AYM AZM BAD BGJ BGK BGL BGN BOP BRB BRC BRE BRN BRR
        BUK CHC CSD CSJ CSK CUC CYP DDM DEM ECS ECV EEK FIM FRF GEK GHC GHP GNE GNS GQE GWE GWP HRD
        HRK IEP ILP ILR ISJ LAJ LSM LTL LTT LVL LVR MRO MTL MTP MVQ MXP MZE MZM NIC NLG PEH PEI PES
        PLZ RHD ROK ROL RUR SDD SDP SIT SKK SLL SRG STD SUR TJR TMM UAK UGS UGW USS UYN UYP VEB VEF
        VNC XEU YUD YUM YUN ZAL ZMK ZRN ZRZ ZWC ZWD ZWL ZWN ZWR
    """,
    3: """
        YDD
    """,
}


def shipped() -> dict[str, int]:
    return {row["currency"]: int(row["minor_units"]) for row in seeds.rows("maps/map_currencies.csv")}


def listed(currencies: dict[int, str]) -> dict[str, int]:
    return {code: digits for digits, codes in currencies.items() for code in codes.split()}


def test_every_active_and_every_withdrawn_currency_is_shipped():
    active, withdrawn = listed(ACTIVE), listed(WITHDRAWN)
    assert not active.keys() & withdrawn.keys()
    ours = shipped()
    assert {code: ours.get(code) for code in active} == active
    assert {code: ours.get(code) for code in withdrawn} == withdrawn


def test_a_code_is_there_once_and_named():
    codes = [row["currency"] for row in seeds.rows("maps/map_currencies.csv")]
    assert len(codes) == len(set(codes))
    assert all(row["currency_name"] for row in seeds.rows("maps/map_currencies.csv"))
