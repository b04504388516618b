"""Simple types at random, each with values that are valid by construction and others that may not be."""
import re
from decimal import Decimal

# Built-in types: values that are valid, then values that are not or are at an edge.
BUILTIN = {
    "string": (["", "a", " a  b ", "x\ty", "é語", "abc", "a\nb"], ["]]", "abcdefghij"]),
    "normalizedString": (["a", "a b", " a  b ", "x\ty"], ["", "abc  def"]),
    "token": (["a", "a b", " a   b ", "tok"], ["", "a\tb c"]),
    "language": (["en", "en-US", "x-klingon", "i-lux"], ["", "e n", "abcdefghi", "en-", "1a"]),
    "Name": (["a", "a:b", "_x-1", "é"], ["", "1a", "a b", "-a"]),
    "NCName": (["a", "_b", "c.d-e"], ["a:b", "", "1", "a b"]),
    "NMTOKEN": (["a", "1", "-.:", "a:b:c"], ["", "a b", "a,b"]),
    "NMTOKENS": (["a", "a 1  b", " x "], ["", " ", "a, b"]),
    "ID": (["id1", "id2"], ["1", "a:b", ""]),
    "IDREF": ([], ["id1", "id2", "id3", "", "1"]),
    "IDREFS": ([], ["id1 id2", "id1", "", "id1  id3"]),
    "QName": (["t:a", "u:b", "a"], ["q:z", ":a", "a:", "t:a:b", ""]),
    "boolean": (["true", "false", "0", "1", " true "], ["TRUE", "yes", "", "2"]),
    "decimal": (["0", "1", "-1", "+1.0", "1.50", ".5", "5.", "-0", "123456789.123", "100"],
                ["", ".", "1e2", "--1", "1,5", "INF", "+", "-.", " 1 ", "1 2"]),
    "integer": (["0", "1", "-1", "+7", "007", "12345678901234567890123", "-0"],
                ["1.0", "", "1.", "+", "a", " 5 "]),
    "nonNegativeInteger": (["0", "1", "+7", "-0", "300"], ["-1", ""]),
    "positiveInteger": (["1", "+7", "300", "0001"], ["0", "-1", "-0"]),
    "nonPositiveInteger": (["0", "-1", "-300", "+0"], ["1", "+1"]),
    "negativeInteger": (["-1", "-300", "-01"], ["0", "-0", "1"]),
    "long": (["0", "9223372036854775807", "-9223372036854775808"],
             ["9223372036854775808", "-9223372036854775809"]),
    "int": (["0", "2147483647", "-2147483648", "+02147483647"], ["2147483648", "-2147483649"]),
    "short": (["0", "32767", "-32768", "5"], ["32768", "-32769", "1.0"]),
    "byte": (["0", "127", "-128", "5"], ["128", "-129", "+128"]),
    "unsignedLong": (["0", "18446744073709551615", "5"], ["18446744073709551616", "-1"]),
    "unsignedInt": (["0", "4294967295", "5"], ["4294967296", "-1", "-0"]),
    "unsignedShort": (["0", "65535", "5"], ["65536", "-1"]),
    "unsignedByte": (["0", "255", "5"], ["256", "-1"]),
    "float": (["0", "-0", "1", "1.5e3", "INF", "-INF", "NaN", "1E-2", ".5", "1500"],
              ["", "+INF", "inf", "1e", "e1", "1e1.5", "0x1", "3.5e40"]),
    "double": (["0", "-0", "1", "1.5e3", "INF", "-INF", "NaN", "1E-2", "1e300", "1500.0"],
               ["", "+INF", "Infinity", "1e", "nan", "1e999"]),
    "duration": (["P1Y", "P12M", "-P1D", "PT24H", "P1Y2M3DT4H5M6.7S", "PT0S", "P30D", "P1M"],
                 ["P", "PT", "1Y", "P1YT", "P-1Y", "P1S", "P1.5Y", "+P1Y", "P1M1Y"]),
    "dateTime": (["2026-01-31T23:59:59", "2026-01-31T24:00:00", "2024-02-29T00:00:00Z",
                  "2026-01-01T12:00:00.5+14:00", "-0001-06-01T00:00:00", "12026-01-01T00:00:00Z",
                  "2026-02-01T00:00:00"],
                 ["2026-02-29T00:00:00", "2026-01-01T24:00:01", "2026-01-01", "0000-01-01T00:00:00",
                  "2026-01-01T00:00:00+14:01", "2026-01-01T00:60:00", "2026-13-01T00:00:00", ""]),
    "date": (["2026-01-31", "2024-02-29", "2026-01-01Z", "2026-01-01-14:00", "2026-01-01",
              "-0004-03-01", "2025-12-31-12:00"],
             ["2026-02-30", "2026-1-1", "26-01-01", "02026-01-01", "2026-01-01T00:00:00", ""]),
    "time": (["00:00:00", "24:00:00", "23:59:59.999", "12:00:00Z", "12:00:00+05:30", "08:15:30"],
             ["24:00:01", "8:00:00", "12:00", "12:60:00", "12:00:00.", "25:00:00", ""]),
    "gYear": (["2026", "-0044", "2026Z", "12026"], ["26", "0000", "02026", "+2026", ""]),
    "gYearMonth": (["2026-01", "2026-12Z", "-0044-03"], ["2026-13", "2026-1", "2026", ""]),
    "gMonth": (["--01", "--12Z", "--02+01:00"], ["--13", "-01", "01", "--1", ""]),
    "gMonthDay": (["--02-29", "--12-31Z", "--01-01"], ["--02-30", "--04-31", "02-28", ""]),
    "gDay": (["---01", "---31", "---15Z"], ["---32", "--01", "---1", ""]),
    "hexBinary": (["", "0a", "0A1b", "FFFFFF"], ["0", "0g", "0a 0b", "0x0a"]),
    "base64Binary": (["", "AAAA", "QUI=", "QQ==", "A A A A", "QUJDREVG"],
                     ["A", "AA==A", "AAA", "A===", "QUJ=", "QR=="]),
    "anyURI": (["", "http://a/b?c#d", "urn:x", "../a", "#f", "a b"], ["%zz", "http://[", ":", "a#b#c"]),
}
STRINGS = {"string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN", "ID",
           "IDREF"}
INTEGERS = {"integer", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger",
            "negativeInteger", "long", "int", "short", "byte", "unsignedLong", "unsignedInt",
            "unsignedShort", "unsignedByte"}
LISTS = {"NMTOKENS", "IDREFS"}
SPACE = {"string": "preserve", "normalizedString": "replace"}


def escaped(text):
    for raw, entity in (("&", "&amp;"), ("<", "&lt;"), ('"', "&quot;"), ("\t", "&#9;"),
                        ("\n", "&#10;")):
        text = text.replace(raw, entity)
    return text


class Simple:
    """`ref` names it in a schema, or None: then `xml` stands in place."""

    def __init__(self, ref, xml, kind, good, maybe, space="collapse", root=None, identifies=False):
        self.ref, self.xml, self.kind, self.space, self.root = ref, xml, kind, space, root
        self.good, self.maybe, self.identifies = good, maybe, identifies
        self.facets = {}  # of all steps; a restriction that goes against one is drawn seldom

    def normal(self, value):
        if self.space == "preserve":
            return value
        value = re.sub("[\t\n\r]", " ", value)
        return value if self.space == "replace" else re.sub(" +", " ", value).strip(" ")


def builtin(name):
    good, maybe = BUILTIN[name]
    kind = "list" if name in LISTS else "atomic"
    return Simple("xs:" + name, None, kind, good, maybe, SPACE.get(name, "collapse"), name,
                  name in ("ID", "IDREF", "IDREFS"))


class Types:
    """Draws simple types; `named` are those that may be referred to."""

    def __init__(self, random):
        self.random, self.named = random, []

    def any(self, depth=0):
        if self.named and self.random.random() < 0.35:
            return self.random.choice(self.named)
        if depth > 2 or self.random.random() < 0.45:
            return builtin(self.random.choice(list(BUILTIN)))
        return self.derived(depth)

    def derived(self, depth=0):
        """A definition of its own: `xml` is what stands inside xs:simpleType."""
        how = self.random.random()
        if how < 0.72:
            return self.restricted(self.any(depth + 1))
        return self.listed(self.any(depth + 1)) if how < 0.86 else self.united(depth)

    @staticmethod
    def inner(base):
        return "" if base.ref else f"<xs:simpleType>{base.xml}</xs:simpleType>"

    def listed(self, item):
        if item.kind == "list" or (item.kind == "union" and item.root == "list"):
            item = builtin("int")
        ref = f' itemType="{item.ref}"' if item.ref else ""
        words = [v for v in item.good if v and not re.search(r"\s", v)]
        good = ["", "  "] + [" ".join(self.random.choices(words, k=n)) for n in (1, 2, 3) if words]
        return Simple(None, f"<xs:list{ref}>{self.inner(item)}</xs:list>", "list", good,
                      item.maybe + [f"{a} {b}" for a in item.good[:2] for b in item.maybe[:3]],
                      identifies=item.identifies)

    def united(self, depth):
        members = [self.any(depth + 1) for _ in range(self.random.randint(1, 3))]
        refs = " ".join(m.ref for m in members if m.ref)
        # Named members stand before the others.
        ref = f' memberTypes="{refs}"' if refs else ""
        xml = f"<xs:union{ref}>{''.join(self.inner(m) for m in members)}</xs:union>"
        good = [v for m in members for v in m.good]
        root = "list" if any(m.kind == "list" or m.root == "list" for m in members) else None
        return Simple(None, xml, "union", good, [v for m in members for v in m.maybe], "preserve",
                      root, any(m.identifies for m in members))

    def restricted(self, base):
        if not base.good:
            base = builtin("token")
        value = self.random.choice(base.good)
        result = Simple(None, None, base.kind, [value], base.maybe + base.good, base.space,
                        base.root, base.identifies)
        facets = {}
        for _ in range(self.random.randint(0, 3)):
            self.add_facet(base, value, facets, result)
        xml = "".join(f'<xs:{name} value="{escaped(str(v))}"{fixed}/>'
                      for name, values in facets.items() for v in (values if isinstance(values, list)
                                                                  else [values])
                      for fixed in [self.fixed(name)])
        ref = f' base="{base.ref}"' if base.ref else ""
        result.facets = {**base.facets, **facets}
        result.xml = f"<xs:restriction{ref}>{self.inner(base)}{xml}</xs:restriction>"
        if "enumeration" in facets and len(facets) == 1:
            result.good = list(facets["enumeration"])
        return result

    def fixed(self, name):
        may = name not in ("pattern", "enumeration") and self.random.random() < 0.03
        return ' fixed="true"' if may else ""

    def add_facet(self, base, value, facets, result):
        random, root = self.random, base.root
        choices = ["enumeration", "pattern"]
        if base.kind == "list" or (base.kind == "atomic" and root in STRINGS | {
                "hexBinary", "base64Binary", "anyURI"}):
            choices += ["length", "minLength", "maxLength", "maxLength"]
        if base.kind == "atomic" and root in STRINGS:
            choices.append("whiteSpace")
        if root in INTEGERS | {"decimal"} and base.kind == "atomic":
            choices += ["totalDigits", "fractionDigits"]
        if base.kind == "atomic" and root not in STRINGS | {"hexBinary", "base64Binary", "anyURI",
                                                            "QName", "boolean"}:
            choices += ["minInclusive", "maxInclusive", "minExclusive", "maxExclusive"]
        name = random.choice(choices)
        if random.random() < 0.97 and self.clashes(name, {**base.facets, **facets}):
            return
        if name == "enumeration" and root != "boolean":
            others = random.sample(base.good, min(len(base.good), 2))
            facets[name] = [value] + [v for v in others if v != value]
        elif name == "pattern":
            facets[name] = [self.pattern(result.normal(value).strip(" ") if base.kind == "union"
                                         else result.normal(value))]
            if random.random() < 0.3:
                facets[name].append(random.choice([r"[a-c]*", r"\d{1,3}", r"\i\c*", ".*x", ""]))
        elif name in ("length", "minLength", "maxLength"):
            slack = 0 if name == "length" else random.randint(0, 2)
            size = self.length(base, result.normal(value))
            bound = max(0, size - slack if name == "minLength" else size + slack)
            inherited = base.facets.get(name, bound)
            facets[name] = max(bound, inherited) if name == "minLength" else min(bound, inherited)
        elif name == "whiteSpace" and facets.keys().isdisjoint(("pattern", "enumeration")):
            spaces = ["preserve", "replace", "collapse"]
            facets[name] = result.space = random.choice(spaces[spaces.index(base.space):])
        elif name in ("totalDigits", "fractionDigits"):
            digits = re.sub(r"[+\-.\s]", "", value)
            if name == "totalDigits":
                most = max(1, len(digits) + random.randint(0, 1))
            else:
                most = len(value.split(".")[1].strip()) if "." in value else 0
            facets[name] = min(most, base.facets.get(name, most))
        elif name.endswith("Inclusive"):
            facets[name] = value.strip(" ")
        elif name.endswith("Exclusive"):
            facets[name] = random.choice(base.good).strip(" ")
            result.good = []
            if root in INTEGERS | {"decimal"} and random.random() < 0.97:
                below, above = Decimal(value) - 1, Decimal(value) + 1
                if root not in ("integer", "decimal") and (
                        not 2 < abs(above) < 100 or below * above < 0):
                    del facets[name]
                    return
                facets[name] = str(below if name == "minExclusive" else above)
                result.good = [value]

    def clashes(self, name, facets):
        if name in ("length", "minLength", "maxLength"):
            return "length" in facets or (name == "length" and len(facets.keys() & {
                "minLength", "maxLength"}) != 0)
        if name.endswith("clusive"):
            known = [f for f in facets if f.endswith("clusive")]
            return bool(known) if name.endswith("Exclusive") else any(
                f[:3] == name[:3] or f.endswith("Exclusive") for f in known)
        return name in ("totalDigits", "fractionDigits") and len(facets.keys() & {
            "totalDigits", "fractionDigits"}) != 0

    @staticmethod
    def length(base, value):
        if base.kind == "list":
            return len(value.split())
        if base.root == "hexBinary":
            return len(value) // 2
        if base.root == "base64Binary":
            text = value.replace(" ", "")
            return len(text) * 3 // 4 - text.count("=")
        return len(value)

    def pattern(self, value):
        out = ""
        for c in value:
            draw = self.random.random()
            if draw < 0.2 and c.isascii() and c.isdigit():
                out += self.random.choice([r"\d", "[0-9]", r"[\d-[ab]]", r"\p{Nd}"])
            elif draw < 0.2 and c.isascii() and c.isalpha():
                out += self.random.choice([r"\c", "[a-zA-Z]", r"\p{L}", "[^0-9]", r"\w", r"\i"])
            elif draw < 0.25 and c not in "\n\r":
                out += "."
            else:
                out += "\\" + c if c in r"\|.?*+(){}[]^-" else c
        return self.random.choice([out, out, f"({out})+", f"{out}|q*", f"(a|b)?({out})"])
