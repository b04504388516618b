"""Simple types, attributes, wildcards and identity constraints of a drawn schema."""
from draw_parts import OTHER, Attribute, Complex
from draw_simple import Simple, escaped


class Declarations:
    """Half of World, which has the documents and what was drawn so far."""

    def visible(self):
        # Only what this document may refer to: itself, what it imports and includes.
        self.types.named = []
        for simple, space, local in self.named_simple:
            if space != OTHER or self.doc.target == OTHER or OTHER in self.doc.head:
                simple.ref = self.doc.ref(space, local)
                self.types.named.append(simple)

    def simple_type(self):
        self.visible()
        simple, local = self.types.derived(), self.fresh("S")
        final = self.random.choice(["list", "union", "restriction", "#all"]) if self.chance(0.02) else None
        mark = f' final="{final}"' if final else ""
        self.doc.body.append(f'<xs:simpleType name="{local}"{mark}>{simple.xml}</xs:simpleType>')
        self.named_simple.append((simple, self.doc.target, local))

    def notations(self, document):
        """Two of them, and the type that chooses among them."""
        names = [self.fresh("n") for _ in range(2)]
        chosen = "".join(f'<xs:enumeration value="{document.ref(document.target, n)}"/>' for n in names)
        local, xml = self.fresh("S"), f'<xs:restriction base="xs:NOTATION">{chosen}</xs:restriction>'
        document.body += [f'<xs:notation name="{n}" public="p"/>' for n in names]
        document.body.append(f'<xs:simpleType name="{local}">{xml}</xs:simpleType>')
        good = [document.ref(document.target, n) for n in names]
        simple = Simple(None, xml, "atomic", good, ["", "q:a", "a", names[0]], root="QName")
        self.named_simple.append((simple, document.target, local))

    def some_simple(self):
        self.visible()
        return self.types.any()

    @staticmethod
    def typed(simple):
        """The attribute and the child that give a declaration its simple type."""
        if simple.ref:
            return f' type="{simple.ref}"', ""
        return "", f"<xs:simpleType>{simple.xml}</xs:simpleType>"

    def value_constraint(self, simple):
        if not simple.good or simple.identifies or not self.chance(0.2):
            return None, None
        value = self.random.choice(simple.good)
        return (value, None) if self.chance(0.5) else (None, value)

    @staticmethod
    def constraint_xml(fixed, default):
        if fixed is not None:
            return f' fixed="{escaped(fixed)}"'
        return f' default="{escaped(default)}"' if default is not None else ""

    def global_attribute(self):
        simple, local = self.some_simple(), self.fresh("a")
        fixed, default = self.value_constraint(simple)
        attribute, inside = self.typed(simple)
        self.doc.body.append(f'<xs:attribute name="{local}"{attribute}'
                             f'{self.constraint_xml(fixed, default)}>{inside}</xs:attribute>')
        self.attributes.append((Attribute(self.doc.target, local, simple, "optional", fixed,
                                          default, True), self.doc))

    def sees(self, space):
        return space != OTHER or self.doc.target == OTHER or OTHER in self.doc.head

    def attribute(self):
        """A use and its XML."""
        known = [a for a, _ in self.attributes if self.sees(a.space)]
        if known and self.chance(0.3):
            old = self.random.choice(known)
            use = "required" if self.chance(0.3) and old.default is None else "optional"
            new = Attribute(old.space, old.local, old.type, use, old.fixed, old.default, True)
            return new, f'<xs:attribute ref="{self.doc.ref(old.space, old.local)}" use="{use}"/>'
        simple, local = self.some_simple(), self.fresh("b")
        fixed, default = self.value_constraint(simple)
        use = "required" if default is None and self.chance(0.3) else "optional"
        form = self.random.choice(["qualified", "unqualified"]) if self.chance(0.15) else None
        qualified = form == "qualified" if form else self.doc.attributes_qualified
        attribute, inside = self.typed(simple)
        form = f' form="{form}"' if form else ""
        return (Attribute(self.doc.target if qualified else "", local, simple, use, fixed, default),
                f'<xs:attribute name="{local}"{attribute} use="{use}"{form}'
                f'{self.constraint_xml(fixed, default)}>{inside}</xs:attribute>')

    def attribute_group(self):
        uses, local = [self.attribute() for _ in range(self.random.randint(0, 2))], self.fresh("A")
        if len({(a.space, a.local) for a, _ in uses}) < len(uses):
            uses.pop()
        wild, any_xml = self.wildcard("anyAttribute") if self.chance(0.3) else (None, "")
        names, inner = {(a.space, a.local) for a, _ in uses}, ""
        for more, other, space, name in self.attribute_groups:
            if self.sees(space) and self.chance(0.3) and names.isdisjoint(
                    (a.space, a.local) for a in more):
                names.update((a.space, a.local) for a in more)
                uses += [(a, "") for a in more]
                wild = wild or other  # their intersection; what it takes is not drawn as sure
                inner += f'<xs:attributeGroup ref="{self.doc.ref(space, name)}"/>'
        self.doc.body.append(f'<xs:attributeGroup name="{local}">' + "".join(x for _, x in uses) +
                             inner + any_xml + "</xs:attributeGroup>")
        self.attribute_groups.append(([a for a, _ in uses], wild, self.doc.target, local))

    def attributes_of(self, type_):
        xml, names = "", {(a.space, a.local) for a in type_.attributes}
        wilds = 0
        for _ in range(self.random.randint(0, 2)):
            use, text = self.attribute()
            if (use.space, use.local) not in names:
                names.add((use.space, use.local))
                type_.attributes.append(use)
                xml += text
        for uses, wild, space, local in self.attribute_groups:
            if self.sees(space) and self.chance(0.2) and not (
                    wild and wilds and self.chance(0.7)):
                if names.isdisjoint((a.space, a.local) for a in uses):
                    names.update((a.space, a.local) for a in uses)
                    type_.attributes += uses
                    wilds += bool(wild)
                    type_.wild = wild or type_.wild
                    xml += f'<xs:attributeGroup ref="{self.doc.ref(space, local)}"/>'
        if self.chance(0.15):
            type_.wild, text = self.wildcard("anyAttribute")
            xml += text
        return xml

    def wildcard(self, tag, bounds=""):
        # Of those that meet most elements few: two of them seldom make a model without ambiguity.
        spaces = self.random.choices(["urn:x", "urn:x urn:y", OTHER, "##other", "urn:x ##local", "##any",
                                      "##local", "##targetNamespace", "##targetNamespace urn:u"],
                                     [8, 4, 3, 3, 1, 1, 1, 1, 1])[0]
        process = self.random.choice(["strict", "lax", "skip"])
        return ((spaces, process, self.doc.target),
                f'<xs:{tag} namespace="{spaces}" processContents="{process}"{bounds}/>')

    def constraints(self, element):
        """key, unique and keyref over names that may lie below."""
        if not isinstance(element.type, Complex) or not element.type.model or not self.chance(0.3):
            return ""
        element.keyed = True
        names = list(self.names_below(element.type, 0)) or ["*"]
        pick = self.random.choice
        selector = pick([".//", "", "./"]) + pick(names)
        if self.chance(0.3):
            selector += "/" + pick(names)
        attributes = ["@" + a.local for a in element.type.attributes if not a.space] + ["@*"]
        fields = [pick([".", pick(names), "*", pick(attributes), pick(attributes), ".//" + pick(names),
                        f"{pick(names)}/{pick(attributes)}"]) for _ in range(pick([1, 1, 2]))]
        fields = "".join(f'<xs:field xpath="{f}"/>' for f in fields)
        name = self.fresh("k")
        tag = pick(["unique", "key"])
        xml = f'<xs:{tag} name="{name}"><xs:selector xpath="{selector}"/>{fields}</xs:{tag}>'
        if self.chance(0.4):
            other = pick([".//", ""]) + pick(names)
            xml += (f'<xs:keyref name="{self.fresh("k")}" refer="{self.doc.ref(self.doc.target, name)}">'
                    f'<xs:selector xpath="{other}"/>{fields}</xs:keyref>')
        return xml

    def names_below(self, type_, depth):
        work = [type_.model] if type_.model else []
        while work:
            particle = work.pop()
            if particle.kind in ("element", "ref"):
                space = particle.data.space
                if space != self.doc.target or not self.doc.chameleon:
                    yield self.doc.ref(space, particle.data.local)
                if depth < 2 and isinstance(particle.data.type, Complex):
                    yield from self.names_below(particle.data.type, depth + 1)
            elif particle.kind == "group":
                work.append(particle.data[0])
            elif particle.kind != "any":
                work += particle.data
