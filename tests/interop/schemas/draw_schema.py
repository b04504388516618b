"""Schemas at random, of several documents: an imported one, one included (often as a chameleon, now
and then redefined), and the entry."""
from draw_declarations import Declarations
from draw_parts import BOUNDS, OTHER, Attribute, Complex, Document, Element, Particle
from draw_redefine import Redefinitions
from draw_simple import Simple, Types


class World(Declarations, Redefinitions):
    """One schema: its documents, and what an instance may be made of."""

    def __init__(self, random):
        self.random, self.serial, self.types = random, 0, Types(random)
        self.elements, self.complex, self.groups = [], [], []
        self.attribute_groups, self.attributes, self.documents = [], [], []
        self.named_simple = []
        target = random.choice(["urn:t", "urn:t", ""])
        self.entry = Document(random, "s.xsd", target)
        if random.random() < 0.5:
            self.document(Document(random, "u.xsd", OTHER), 1)
            self.entry.head += f'<xs:import namespace="{OTHER}" schemaLocation="u.xsd"/>'
        if random.random() < 0.4:
            part = Document(random, "i.xsd", target, target != "" and random.random() < 0.6)
            part.head = self.entry.head
            self.document(part, 1)
            self.entry.head += self.included(part)
        if self.chance(0.1):  # Xerces-C++ has ideas of its own about their lexical form
            self.notations(self.entry)
        self.document(self.entry, 2)
        # Under a root that takes any number of them, elements come to the fast path.
        free = [e for e in self.elements if not e.substitute]
        self.wrapper = Element(target, "W", None)
        self.wrapped = Particle("choice", [Particle("ref", e) for e in free], 0, None)
        self.entry.body.append(f'<xs:element name="W"><xs:complexType>{self.particle_xml(self.wrapped)}'
                               '</xs:complexType></xs:element>')

    def fresh(self, letter):
        self.serial += 1
        return f"{letter}{self.serial}"

    def chance(self, share):
        return self.random.random() < share

    # A document builds on all that came before it.
    def document(self, document, size):
        self.doc = document
        self.documents.append(document)
        for _ in range(self.random.randint(1, 2 * size)):
            self.simple_type()
        for _ in range(self.random.randint(0, 2)):
            self.global_attribute()
        if self.chance(0.4):
            self.attribute_group()
        if self.chance(0.4):
            self.group()
        for _ in range(self.random.randint(1, 3 * size)):
            self.complex_type()
        for _ in range(self.random.randint(2, 3 * size)):
            self.element(True)

    # ---- models

    def particle(self, depth):
        least, most = self.random.choice(BOUNDS)
        draw = self.random.random()
        known = [e for e in self.elements if self.sees(e.space)]
        groups = [g for g in self.groups if self.sees(g[1]) and g[0].kind != "all"]
        if draw < 0.06:
            return Particle("any", self.wildcard("any"), least, most)
        if draw < 0.18 and known:
            return Particle("ref", self.random.choice(known), least, most)
        if draw < 0.22 and groups:
            return Particle("group", self.random.choice(groups), least, most)
        if draw < 0.48 and depth < 3:
            return self.group_of(self.random.choice(["sequence", "sequence", "choice"]), depth + 1,
                                 least, most)
        return Particle("element", self.element(False), least, most)

    def group_of(self, kind, depth, least=1, most=1):
        parts = [self.particle(depth) for _ in range(self.random.choice([1, 1, 2, 2, 2, 3, 4]))]
        if parts and self.chance(0.02):
            parts.append(self.random.choice(parts))
        return Particle(kind, parts, least, most)

    def all_of(self, least):
        parts = [Particle("element", self.element(False), self.random.randint(0, 1), 1)
                 for _ in range(self.random.randint(1, 4))]
        return Particle("all", parts, least, 1)

    def model(self):
        if self.chance(0.15):
            return self.all_of(self.random.randint(0, 1))
        groups = [g for g in self.groups if self.sees(g[1]) and g[0].kind == "all"]
        if groups and self.chance(0.3):
            return Particle("group", self.random.choice(groups), self.random.randint(0, 1), 1)
        least, most = (1, 1) if self.chance(0.7) else self.random.choice(BOUNDS)
        return self.group_of(self.random.choice(["sequence", "sequence", "choice"]), 0, least, most)

    def group(self):
        model, local = self.group_of(self.random.choice(["sequence", "choice"]), 2), self.fresh("G")
        if self.chance(0.25):
            model = self.all_of(1)
        self.doc.body.append(f'<xs:group name="{local}">{self.particle_xml(model)}</xs:group>')
        self.groups.append((model, self.doc.target, local))

    def particle_xml(self, particle):
        kind, bounds = particle.kind, particle.bounds()
        if kind == "any":
            return particle.data[1].replace("/>", bounds + "/>")
        if kind == "ref":
            return f'<xs:element ref="{self.doc.ref(particle.data.space, particle.data.local)}"{bounds}/>'
        if kind == "group":
            return f'<xs:group ref="{self.doc.ref(*particle.data[1:])}"{bounds}/>'
        if kind == "element":
            return particle.data.xml.replace("<xs:element", f"<xs:element{bounds}", 1)
        inside = "".join(self.particle_xml(p) for p in particle.data)
        return f"<xs:{kind}{bounds}>{inside}</xs:{kind}>"

    def narrowed(self, particle):
        """A restriction of the particle, or None where it is left out."""
        random, most = self.random, particle.most
        if particle.least == 0 and self.chance(0.2):
            return None
        least = particle.least
        if most != particle.least and self.chance(0.4):
            most = random.choice([most, least + 1] if most is None else [most, max(least, 1)])
            least = random.choice([least, least if most is None else min(most, least + 1)])
        if particle.kind in ("sequence", "choice", "all"):
            parts = [self.narrowed(p) for p in particle.data]
            parts = [p for p in parts if p]
            if particle.kind == "choice" and not parts:
                return particle
            return Particle(particle.kind, parts, least, most)
        return Particle(particle.kind, particle.data, least, most)

    # ---- complex types and elements

    def complex_type(self, name=True):
        local, doc = self.fresh("C") if name else None, self.doc
        bases = [t for t in self.complex if self.sees(t.space) and t.depth < 3 and t.local]
        if bases and self.chance(0.45):
            type_, xml = self.derived(self.random.choice(bases))
        else:
            type_, xml = self.plain()
        type_.space, type_.local, type_.home = doc.target, local, doc
        if not name:
            return type_, f"<xs:complexType{type_.mixed}>{xml}</xs:complexType>"
        marks = type_.mixed
        if self.chance(0.06):
            type_.abstract, marks = 1, marks + ' abstract="true"'
        for mark in ("block", "final"):
            if self.chance(0.03):
                marks += f' {mark}="{self.random.choice(["extension", "restriction", "#all", ""])}"'
        doc.body.append(f'<xs:complexType name="{local}"{marks}>{xml}</xs:complexType>')
        self.complex.append(type_)
        return type_, None

    def plain(self):
        type_ = Complex(None, self.random.choice(["empty", "simple", "elements", "elements",
                                                  "elements", "mixed"]))
        type_.mixed = ' mixed="true"' if type_.content == "mixed" else ""
        if type_.content == "simple":
            type_.simple = self.some_simple()
            while not type_.simple.ref:
                type_.simple = self.some_simple()
            return type_, (f'<xs:simpleContent><xs:extension base="{type_.simple.ref}">'
                           f"{self.attributes_of(type_)}</xs:extension></xs:simpleContent>")
        xml = ""
        if type_.content != "empty":
            type_.model = self.model()
            xml = self.particle_xml(type_.model)
        return type_, xml + self.attributes_of(type_)

    def derived(self, base):
        type_ = Complex(None, base.content)
        type_.depth, type_.model, type_.simple = base.depth + 1, base.model, base.simple
        type_.attributes, type_.wild, type_.mixed = list(base.attributes), base.wild, ""
        base.derived.append(type_)
        ref = self.doc.ref(base.space, base.local)
        content = "simpleContent" if base.content == "simple" else "complexContent"
        mixed = ' mixed="true"' if base.content == "mixed" else ""
        if self.chance(0.65) or base.home is not self.doc:
            xml = ""
            closed = base.closed() and self.chance(0.95)
            if (base.content in ("elements", "mixed") and not closed) or (base.content == "empty" and self.chance(0.5)):
                more = self.group_of(self.random.choice(["sequence", "choice"]), 2)
                xml = self.particle_xml(more)
                type_.model = Particle("sequence", [base.model, more]) if base.model else more
                type_.content = "elements" if base.content == "empty" else base.content
            return type_, (f'<xs:{content}{mixed}><xs:extension base="{ref}">{xml}'
                           f"{self.attributes_of(type_)}</xs:extension></xs:{content}>")
        xml = ""
        if base.content == "simple" and base.simple.good:
            self.visible()
            stem = Simple("xs:string", None, *(getattr(base.simple, f) for f in (
                "kind", "good", "maybe", "space", "root", "identifies")))
            narrow = self.types.restricted(stem)
            type_.simple = Simple(None, "", narrow.kind, narrow.good, narrow.maybe, narrow.space,
                                  narrow.root, narrow.identifies)
            xml = narrow.xml[narrow.xml.index(">") + 1:-len("</xs:restriction>")]
        elif base.model:
            type_.model = self.narrowed(base.model) or Particle("sequence", [])
            if base.content == "elements" and type_.model.kind != "choice" and not type_.model.data:
                type_.content = "empty"  # not even white space
            xml = self.particle_xml(type_.model)
        return type_, (f'<xs:{content}{mixed}><xs:restriction base="{ref}">{xml}'
                       f"{self.restricted_attributes(type_)}</xs:restriction></xs:{content}>")

    def restricted_attributes(self, type_):
        xml = ""
        for i, use in enumerate(type_.attributes):
            if use.ref and use.use == "optional" and self.chance(0.3):
                name = self.doc.ref(use.space, use.local)
                if self.chance(0.5):
                    xml += f'<xs:attribute ref="{name}" use="prohibited"/>'
                    type_.attributes[i] = None
                elif use.default is None:
                    xml += f'<xs:attribute ref="{name}" use="required"/>'
                    type_.attributes[i] = Attribute(use.space, use.local, use.type, "required",
                                                    use.fixed, None, True)
        type_.attributes = [a for a in type_.attributes if a]
        if type_.wild and self.chance(0.5):
            type_.wild = None
        elif type_.wild:
            spaces, process, target = type_.wild
            if target == self.doc.target:
                xml += f'<xs:anyAttribute namespace="{spaces}" processContents="{process}"/>'
            else:
                type_.wild = None
        return xml

    def element(self, is_global):
        doc, random = self.doc, self.random
        known = [t for t in self.complex if self.sees(t.space)]
        inside = attribute = ""
        heads = [e for e in self.elements if self.sees(e.space)]
        head = random.choice(heads) if is_global and heads and self.chance(0.3) else None
        if head and self.chance(0.05):
            kind = self.some_simple()
            attribute, inside = self.typed(kind)
        elif head:
            kind = head.type
            if isinstance(kind, Complex) and kind.derived and self.chance(0.6):
                kind = random.choice([t for t in kind.derived])
            if isinstance(kind, Complex) and kind.local and self.sees(kind.space):
                attribute = f' type="{doc.ref(kind.space, kind.local)}"'
            else:
                kind = head.type
        elif known and self.chance(0.65 if is_global else 0.25):
            kind = random.choice(known)
            attribute = f' type="{doc.ref(kind.space, kind.local)}"'
        elif is_global and self.chance(0.3):
            kind, inside = self.complex_type(False)
        else:
            kind = self.some_simple()
            attribute, inside = self.typed(kind)
        element = Element(doc.target, self.fresh("E" if is_global else "e"), kind)
        element.is_global = is_global
        simple = kind if isinstance(kind, Simple) else kind.simple
        if simple:
            element.fixed, element.default = self.value_constraint(simple)
        elif kind.content == "mixed" and self.chance(0.15):  # wrong where it may not be empty
            element.fixed, element.default = self.random.choice([("text", None), (None, " text ")])
        marks = self.constraint_xml(element.fixed, element.default)
        if self.chance(0.1):
            element.nillable, marks = True, marks + ' nillable="true"'
        if self.chance(0.06):
            block = random.choice(["extension", "restriction", "substitution", "#all", ""])
            marks += f' block="{block}"'
        if is_global:
            if self.chance(0.05):
                element.abstract, marks = True, marks + ' abstract="true"'
            if self.chance(0.02):
                marks += f' final="{random.choice(["extension", "restriction", "#all"])}"'
            if head:
                marks += f' substitutionGroup="{doc.ref(head.space, head.local)}"'
                head.substitutes.append(element)
                element.substitute = True
            inside += self.constraints(element)
        else:
            form = random.choice(["qualified", "unqualified"]) if self.chance(0.1) else None
            qualified = form == "qualified" if form else doc.qualified
            element.space = doc.target if qualified else ""
            marks += f' form="{form}"' if form else ""
        element.xml = f'<xs:element name="{element.local}"{attribute}{marks}>{inside}</xs:element>'
        if is_global:
            doc.body.append(element.xml)
            self.elements.append(element)
        return element
