"""Instances of a drawn schema: valid by construction where `sure`, and small changes of them."""
from draw_parts import OTHER, Complex
from draw_simple import Simple, escaped

XSI = "http://www.w3.org/2001/XMLSchema-instance"
PREFIXES = {"urn:t": "t", OTHER: "u", "urn:x": "x", XSI: "xsi",
            "http://www.w3.org/2001/XMLSchema": "xs",
            "http://www.w3.org/XML/1998/namespace": "xml"}


class Node:
    def __init__(self, space, local):
        self.space, self.local, self.attributes, self.children = space, local, [], []

    def all(self):
        found = [self]
        for node in found:
            found += [c for c in node.children if isinstance(c, Node)]
        return found

    def text(self, default="", root=True):
        prefix = PREFIXES.get(self.space, "")
        name, head = (f"{prefix}:{self.local}" if prefix else self.local), ""
        if root:
            head = "".join(f' xmlns:{p}="{s}"' for s, p in PREFIXES.items() if p != "xml")
        elif self.space == "" and default:
            head, default = ' xmlns=""', ""
        seen = set()
        for space, local, value in self.attributes:
            if (space, local) not in seen:
                seen.add((space, local))
                mark = PREFIXES[space] + ":" if space else ""
                head += f' {mark}{local}="{escaped(value)}"'
        inside = "".join(c.text(default, False) if isinstance(c, Node) else
                         c.replace("&", "&amp;").replace("<", "&lt;").replace("]]>", "]]&gt;")
                         if not c.startswith("\0") else c[1:] for c in self.children)
        return f"<{name}{head}>{inside}</{name}>" if inside else f"<{name}{head}/>"


class Instance:
    def __init__(self, random, world):
        self.random, self.world, self.sure = random, world, True
        self.left = 400  # particles: a redefined type may need itself
        if self.chance(0.3):
            self.root = self.element(random.choice(world.elements), 0)
            return
        self.root = Node(world.wrapper.space, "W")
        for _ in range(random.randint(1, 4)):
            self.particle(random.choice(world.wrapped.data), self.root.children, 1)

    def chance(self, share):
        return self.random.random() < share

    def value(self, simple):
        if simple.identifies or not simple.good or self.chance(0.03):
            self.sure = False
            return self.random.choice(simple.maybe + simple.good)
        return self.random.choice(simple.good)

    def element(self, element, depth):
        if element.substitutes and (element.abstract or self.chance(0.3)):
            self.sure = False  # block, final and types decide
            element = self.random.choice(element.substitutes)
        node, type_ = Node(element.space, element.local), element.type
        self.sure = self.sure and not element.abstract and not element.keyed
        if isinstance(type_, Complex) and type_.derived and self.chance(0.3):
            named = [t for t in type_.derived if t.local]
            if named:
                type_ = self.random.choice(named)
                self.sure = False
                prefix = PREFIXES.get(type_.space, "")
                node.attributes.append((XSI, "type", f"{prefix}:{type_.local}" if prefix
                                        else type_.local))
        nil = element.nillable and element.fixed is None and self.chance(0.2)
        if nil:
            node.attributes.append((XSI, "nil", "true"))
        if isinstance(type_, Simple):
            if not nil:
                self.content(node, type_, element)
            return node
        self.sure = self.sure and not type_.abstract
        self.attributes(node, type_)
        if nil:
            return node
        if type_.content == "simple":
            self.content(node, type_.simple, element)
        elif type_.content == "mixed" and element.fixed is not None:
            node.children += [element.fixed] if self.chance(0.7) else []
        elif type_.model:
            self.particle(type_.model, node.children, depth + 1)
            if type_.content == "mixed" and self.chance(0.5):
                node.children.insert(self.random.randint(0, len(node.children)), "text")
            elif self.chance(0.1):
                node.children.insert(0, "\n  ")
        return node

    def content(self, node, simple, element):
        if element.fixed is not None:
            value = element.fixed if self.chance(0.7) else ""
        elif element.default is not None and self.chance(0.3):
            value = ""
        else:
            value = self.value(simple)
        if value:
            node.children.append(value)

    def attributes(self, node, type_):
        for use in type_.attributes:
            if use.use == "required" or self.chance(0.5):
                value = use.fixed if use.fixed is not None else self.value(use.type)
                node.attributes.append((use.space, use.local, value))
        if type_.wild and self.chance(0.4):
            self.sure = False
            known = [(a.space, a.local, self.random.choice(a.type.good or [""]))
                     for a, _ in self.world.attributes]
            node.attributes.append(self.random.choice(known + [("urn:x", "q", "1"), ("", "q", "1"), (
                "http://www.w3.org/XML/1998/namespace", "lang", "en")]))

    def particle(self, particle, out, depth):
        most = particle.least + 2 if particle.most is None else particle.most
        self.left -= 1
        if particle.most == 0 or depth > 12 or self.left < 0:
            self.sure = self.sure and particle.most == 0
            return
        # Deep down as little as will do.
        times = particle.least if depth > 6 else self.random.randint(particle.least,
                                                                     min(most, particle.least + 3))
        for _ in range(times):
            if particle.kind in ("element", "ref"):
                out.append(self.element(particle.data, depth))
            elif particle.kind == "group":
                self.particle(particle.data[0], out, depth)
            elif particle.kind == "any":
                self.wild(out, depth, *particle.data[0])
            elif particle.kind == "choice":
                parts = [p for p in particle.data if p.most != 0]
                self.sure = self.sure and bool(parts)
                if parts:
                    self.particle(self.random.choice(parts), out, depth)
            else:
                parts = list(particle.data)
                if particle.kind == "all":
                    self.random.shuffle(parts)
                for part in parts:
                    self.particle(part, out, depth)

    def wild(self, out, depth, spaces, process, target):
        self.sure = False
        known = [e for e in self.world.elements]
        if known and depth < 5 and self.chance(0.6):
            out.append(self.element(self.random.choice(known), depth + 1))
        else:
            out.append(Node(self.random.choice(["urn:x", "", OTHER, target]), "w"))


def mutated(random, world, root):
    """One small change; what it does to validity nobody knows."""
    nodes = root.all()
    node, other = random.choice(nodes), random.choice(nodes)
    names = [(e.space, e.local) for e in world.elements] + [(n.space, n.local) for n in nodes]
    types = [f"{PREFIXES.get(t.space, '')}:{t.local}".lstrip(":") for t in world.complex if t.local]
    space, local = random.choice(names)
    fresh = Node(space, local)
    kind = random.randrange(15)
    if kind == 0 and node.children:
        node.children.pop(random.randrange(len(node.children)))
    elif kind == 1 and node.children:
        node.children.insert(random.randint(0, len(node.children)), random.choice(node.children))
    elif kind == 2:
        random.shuffle(node.children)
    elif kind == 3:
        node.children.insert(random.randint(0, len(node.children)), fresh)
    elif kind == 4:
        node.space, node.local = space, local
    elif kind == 5:
        node.children = [random.choice(["", " ", "1", "a", "true", "2026-01-01", "t:a", "-1.50"])]
    elif kind == 6:
        node.children.insert(random.randint(0, len(node.children)), random.choice(["x", " ", "\n"]))
    elif kind == 7 and node.attributes:
        node.attributes.pop(random.randrange(len(node.attributes)))
    elif kind == 8 and node.attributes:
        i = random.randrange(len(node.attributes))
        space, local, value = node.attributes[i]
        node.attributes[i] = (space, local, random.choice(["", "1", "a", value + " ", "  " + value]))
    elif kind == 9:
        node.attributes.append((random.choice(["", "urn:t", "urn:x"]), "z", "1"))
    elif kind == 10:
        node.attributes.append((XSI, "nil", random.choice(["true", "false", "yes"])))
    elif kind == 11:
        node.attributes.append((XSI, "type", random.choice(types + ["xs:int", "t:Nothing", ""])))
    elif kind == 12:
        if node not in other.all() and other not in node.all():
            node.children, other.children = other.children, node.children
    elif kind == 13:
        node.children.insert(random.randint(0, len(node.children)), random.choice(
            ["\0<!-- c -->", "\0<?p q?>", "\0<![CDATA[1]]>", "\0&#32;"]))
    else:
        node.children.append(random.choice(node.children) if node.children else fresh)
