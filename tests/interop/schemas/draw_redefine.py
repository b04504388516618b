"""What xs:redefine does to a drawn document; who uses what is redefined sees the new one."""
from draw_parts import Particle


class Redefinitions:
    """A part of World."""

    def included(self, part):
        self.doc = self.entry
        redefined = "".join(draw(part) for draw in (
            self.redefined_type, self.redefined_simple_type, self.redefined_group,
            self.redefined_attribute_group) if self.chance(0.3))
        if not redefined:
            return f'<xs:include schemaLocation="{part.name}"/>'
        return f'<xs:redefine schemaLocation="{part.name}">{redefined}</xs:redefine>'

    def redefined_type(self, part):
        found = [t for t in self.complex if t.home is part and t.model and not t.derived
                 and not t.closed()]
        if not found:
            return ""
        type_ = self.random.choice(found)
        more = Particle("sequence", [Particle("element", self.element(False), 0, 1)])
        type_.model = Particle("sequence", [type_.model, more])
        mixed = ' mixed="true"' if type_.content == "mixed" else ""
        ref = self.entry.ref(type_.space, type_.local)
        return (f'<xs:complexType name="{type_.local}"><xs:complexContent{mixed}>'
                f'<xs:extension base="{ref}">{self.particle_xml(more)}</xs:extension>'
                '</xs:complexContent></xs:complexType>')

    # Its values stay what they are: others have been chosen from them.
    def redefined_simple_type(self, part):
        found = [(space, local) for _, space, local in self.named_simple if space == part.target]
        if not found:
            return ""
        space, local = self.random.choice(found)
        facet = self.random.choice(["", r'<xs:pattern value="[\s\S]*"/>'])
        return (f'<xs:simpleType name="{local}"><xs:restriction base="{self.entry.ref(space, local)}">'
                f"{facet}</xs:restriction></xs:simpleType>")

    def redefined_group(self, part):
        found = [g for g in self.groups if g[1] == part.target and g[0].kind != "all"]
        if not found:
            return ""
        model, space, local = self.random.choice(found)
        old = Particle(model.kind, model.data, model.least, model.most)
        more = Particle("element", self.element(False), self.random.randint(0, 1), 1)
        model.kind, model.data, model.least, model.most = "sequence", [old, more], 1, 1
        return (f'<xs:group name="{local}"><xs:sequence><xs:group ref="{self.entry.ref(space, local)}"/>'
                f"{self.particle_xml(more)}</xs:sequence></xs:group>")

    def redefined_attribute_group(self, part):
        found = [g for g in self.attribute_groups if g[2] == part.target]
        if not found:
            return ""
        _, _, space, local = self.random.choice(found)
        use, xml = self.attribute()
        while use.use == "required":  # types that have the group were drawn without it
            use, xml = self.attribute()
        return (f'<xs:attributeGroup name="{local}"><xs:attributeGroup ref="'
                f'{self.entry.ref(space, local)}"/>{xml}</xs:attributeGroup>')
