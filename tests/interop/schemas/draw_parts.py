"""What a drawn schema is made of."""
import re

XSD = "http://www.w3.org/2001/XMLSchema"
OTHER = "urn:u"
BOUNDS = [(1, 1)] * 6 + [(0, 1)] * 4 + [(0, None), (0, None), (1, None), (2, 3), (0, 3), (1, 2),
                                        (2, 2), (3, 20), (2, None)]


class Particle:
    def __init__(self, kind, data, least=1, most=1):
        self.kind, self.data, self.least, self.most = kind, data, least, most

    def bounds(self):
        out = "" if self.least == 1 else f' minOccurs="{self.least}"'
        most = "unbounded" if self.most is None else self.most
        return out if self.most == 1 else f'{out} maxOccurs="{most}"'


class Element:
    def __init__(self, space, local, type_):
        self.space, self.local, self.type = space, local, type_
        self.is_global = self.nillable = self.abstract = self.keyed = self.substitute = False
        self.fixed = self.default = self.xml = None
        self.substitutes = []


class Complex:
    """content: empty, simple, elements or mixed."""

    def __init__(self, ref, content):
        self.ref, self.content, self.xml = ref, content, None
        self.model = self.simple = self.wild = None
        self.attributes, self.derived = [], []
        self.abstract = self.depth = 0

    def closed(self):
        """An all group is its whole model: nothing can be put behind it."""
        model = self.model
        while model and model.kind == "group":
            model = model.data[0]
        return bool(model) and model.kind == "all"


class Attribute:
    def __init__(self, space, local, type_, use, fixed=None, default=None, ref=None):
        self.space, self.local, self.type, self.use = space, local, type_, use
        self.fixed, self.default, self.ref = fixed, default, ref


class Document:
    def __init__(self, random, name, target, chameleon=False):
        self.name, self.target, self.chameleon, self.body = name, target, chameleon, []
        self.qualified = random.random() < 0.6
        self.attributes_qualified = random.random() < 0.2
        self.defaults = "".join(
            f' {a}="{random.choice(values)}"' for a, values in
            (("blockDefault", ["extension", "restriction", "substitution", "#all"]),
             ("finalDefault", ["extension", "restriction", "list"])) if random.random() < 0.02)
        self.head = ""

    def ref(self, space, local):
        if space == "" or (self.chameleon and space == self.target):
            return local
        return ("u:" if space == OTHER else "t:") + local

    def text(self):
        target = f' targetNamespace="{self.target}"' if self.target and not self.chameleon else ""
        forms = ' elementFormDefault="qualified"' if self.qualified else ""
        forms += ' attributeFormDefault="qualified"' if self.attributes_qualified else ""
        return (f'<xs:schema xmlns:xs="{XSD}" xmlns:t="urn:t" xmlns:u="{OTHER}"{target}{forms}'
                f'{self.defaults}>\n{self.head}\n' + "\n".join(self.body) + "\n</xs:schema>\n")


def disturbed(random, text):
    """The schema document with one attribute changed: most often it is invalid then."""
    found = [m for m in re.finditer(r' ([a-zA-Z]+)="([^"]*)"', text) if m.start() > text.index(">")]
    if not found:
        return text
    where = random.choice(found)
    like = [m[2] for m in found if m[1] == where[1]] + ["", "0", "x", "#all", "##other", "true"]
    new = random.choice([None] + random.sample(like, 3))
    put = "" if new is None else f' {where[1]}="{new}"'
    return text[:where.start()] + put + text[where.end():]
